// SPDX-License-Identifier: Apache-2.0
import { type ComponentProps, lazy, type ReactNode, Suspense, useState } from "react";
import type * as Windows from "./Dialog";
import { fetched, prepare } from "./fetched";

// What draws dialogs is fetched when the first one is opened.
const load = () => import("./Dialog");
const Plain = lazy(async () => ({ default: (await fetched(load)).Dialog }));
const Form = lazy(async () => ({ default: (await fetched(load)).FormDialog }));
const Confirm = lazy(async () => ({ default: (await fetched(load)).ConfirmDialog }));

export function Dialog(props: ComponentProps<typeof Windows.Dialog>) {
  return (
    <OnceOpen isOpen={props.isOpen}>
      <Plain {...props} />
    </OnceOpen>
  );
}

export function FormDialog(props: ComponentProps<typeof Windows.FormDialog>) {
  return (
    <OnceOpen isOpen={props.isOpen}>
      <Form {...props} />
    </OnceOpen>
  );
}

export function ConfirmDialog(props: ComponentProps<typeof Windows.ConfirmDialog>) {
  return (
    <OnceOpen isOpen={props.isOpen}>
      <Confirm {...props} />
    </OnceOpen>
  );
}

// Fetches what dialogs and menus are drawn with, before it is needed. To be called when there is
// nothing else to do.
export function prepareDialogs() {
  prepare(load);
  prepare(() => import("./MenuPopup"));
}

function OnceOpen({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const [isWanted, setWanted] = useState(isOpen);
  if (isOpen && !isWanted) setWanted(true);
  return isWanted ? <Suspense fallback={null}>{children}</Suspense> : null;
}
