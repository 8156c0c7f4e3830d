// SPDX-License-Identifier: Apache-2.0
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app";
import { prepareDialogs, showTips } from "@/ui";
import "@/ui/tokens.css";
import "@/ui/base.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element for the page");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

showTips();
// After the first view has been drawn and has fetched its data. Not every browser tells when it is idle.
setTimeout(() => (window.requestIdleCallback ?? setTimeout)(prepareDialogs), 1500);
