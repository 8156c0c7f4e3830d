// SPDX-License-Identifier: Apache-2.0
// What changes something. Most answer with the operation that does it; it may go on for a while.
import { answered, client } from "./client";
import { pageKey } from "./page_key";
import type { components } from "./schema";

type Schemas = components["schemas"];

const of = (container: string) => ({ params: { path: { container } } });
const ofBranch = (container: string, branch: string) => ({
  params: { path: { container, branch } },
});
const ofBookmark = (container: string, bookmark: string) => ({
  params: { path: { container, bookmark } },
});

export async function logIn(user: string, password: string) {
  const login = await answered(client.POST("/sessions", { body: { user, password } }), true);
  pageKey.keep(login.page_key ?? null);
  return login;
}
export async function logOut() {
  await answered(client.DELETE("/sessions/current"));
  pageKey.keep(null);
}

export const changePassword = (user: string, present_password: string, password: string) =>
  answered(
    client.PATCH("/users/{user}", {
      params: { path: { user } },
      body: { present_password, password },
    }),
  );

export const createToken = (body: Schemas["NewToken"]) =>
  answered(client.POST("/tokens", { body }));
export const deleteToken = (token: string) =>
  answered(client.DELETE("/tokens/{token}", { params: { path: { token } } }));

export const createBookmark = (container: string, body: Schemas["NewBookmark"]) =>
  answered(client.POST("/containers/{container}/bookmarks", { ...of(container), body }));
export const editBookmark = (
  container: string,
  bookmark: string,
  body: Schemas["BookmarkChange"],
) =>
  answered(
    client.PATCH("/containers/{container}/bookmarks/{bookmark}", {
      ...ofBookmark(container, bookmark),
      body,
    }),
  );
export const deleteBookmark = (container: string, bookmark: string) =>
  answered(
    client.DELETE("/containers/{container}/bookmarks/{bookmark}", ofBookmark(container, bookmark)),
  );
export const shareBookmark = (container: string, bookmark: string, body: Schemas["ShareRequest"]) =>
  answered(
    client.PUT("/containers/{container}/bookmarks/{bookmark}/share", {
      ...ofBookmark(container, bookmark),
      body,
    }),
  );
export const unshareBookmark = (container: string, bookmark: string) =>
  answered(
    client.DELETE(
      "/containers/{container}/bookmarks/{bookmark}/share",
      ofBookmark(container, bookmark),
    ),
  );

// What a time would lead to.
export const momentOf = (container: string, time: string, branch: string) =>
  answered(
    client.GET("/containers/{container}/moment", {
      params: { path: { container }, query: { time, branch } },
    }),
  );

// These change the data of that branch, wherever it runs.
export const restore = (container: string, branch: string, body: Schemas["RestoreRequest"]) =>
  answered(
    client.POST("/containers/{container}/branches/{branch}/restore", {
      ...ofBranch(container, branch),
      body,
    }),
  );
export const refresh = (container: string, branch: string) =>
  answered(
    client.POST("/containers/{container}/branches/{branch}/refresh", {
      ...ofBranch(container, branch),
      body: {},
    }),
  );
export const reset = (container: string, branch: string) =>
  answered(
    client.POST("/containers/{container}/branches/{branch}/reset", {
      ...ofBranch(container, branch),
      body: {},
    }),
  );
export const undo = (container: string, branch: string) =>
  answered(
    client.POST("/containers/{container}/branches/{branch}/undo", {
      ...ofBranch(container, branch),
      body: {},
    }),
  );

export const createBranch = (container: string, body: Schemas["NewBranch"]) =>
  answered(client.POST("/containers/{container}/branches", { ...of(container), body }));
export const activateBranch = (container: string, branch: string, keepRunning: boolean) =>
  answered(
    client.POST("/containers/{container}/branches/{branch}/activate", {
      ...ofBranch(container, branch),
      body: { keep_running: keepRunning },
    }),
  );
export const renameBranch = (container: string, branch: string, name: string) =>
  answered(
    client.PATCH("/containers/{container}/branches/{branch}", {
      ...ofBranch(container, branch),
      body: { name },
    }),
  );
export const deleteBranch = (container: string, branch: string) =>
  answered(client.DELETE("/containers/{container}/branches/{branch}", ofBranch(container, branch)));

export const start = (container: string, branch?: string) =>
  answered(
    client.POST("/containers/{container}/start", {
      ...of(container),
      body: branch ? { branch } : {},
    }),
  );
export const stop = (container: string, branch?: string) =>
  answered(
    client.POST("/containers/{container}/stop", {
      ...of(container),
      body: branch ? { branch } : {},
    }),
  );

export const editContainer = (container: string, body: Schemas["ContainerChange"]) =>
  answered(client.PATCH("/containers/{container}", { ...of(container), body }));
export const deleteContainer = (container: string) =>
  answered(client.DELETE("/containers/{container}", of(container)));
export const lock = (container: string, why: string) =>
  answered(client.PUT("/containers/{container}/lock", { ...of(container), body: { why } }));
export const unlock = (container: string) =>
  answered(client.DELETE("/containers/{container}/lock", of(container)));

export const cancel = (operation: string) =>
  answered(client.POST("/operations/{operation}/cancel", { params: { path: { operation } } }));

export const recover = (thing: string) =>
  answered(client.POST("/trash/{thing}/recover", { params: { path: { thing } } }));
export const purge = (thing: string) =>
  answered(client.DELETE("/trash/{thing}", { params: { path: { thing } } }));
