// SPDX-License-Identifier: Apache-2.0
import type { Bookmark } from "@/api/types";
import { bookmarkAddress } from "@/model/share";
import { copy, toast } from "@/ui";

export async function copyAddress(bookmark: Bookmark) {
  const isCopied = await copy(bookmarkAddress(bookmark, location.origin));
  toast(isCopied ? "Address copied." : "The browser does not allow to copy.");
}
