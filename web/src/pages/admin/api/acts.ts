// SPDX-License-Identifier: Apache-2.0
// What only administrators change.
import { answered, client } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

const ofSource = (source: string) => ({ params: { path: { source } } });
const ofTemplate = (template: string) => ({ params: { path: { template } } });
const ofUser = (user: string) => ({ params: { path: { user } } });

export const linkSource = (body: Schemas["NewSource"]) =>
  answered(client.POST("/sources", { body }));
export const syncSource = (source: string) =>
  answered(client.POST("/sources/{source}/sync", ofSource(source)));
export const unlinkSource = (source: string) =>
  answered(client.DELETE("/sources/{source}", ofSource(source)));
export const reseedSource = (source: string) =>
  answered(client.POST("/sources/{source}/reseed", ofSource(source)));
export const reindexSource = (source: string) =>
  answered(client.POST("/sources/{source}/reindex", { ...ofSource(source), body: {} }));
export const scheduleSource = (source: string, schedule: string) =>
  answered(client.PATCH("/sources/{source}", { ...ofSource(source), body: { schedule } }));
export const changeUrl = (source: string, url: string) =>
  answered(client.PATCH("/sources/{source}", { ...ofSource(source), body: { url } }));
export const openWebhook = (source: string) =>
  answered(client.POST("/sources/{source}/webhook", ofSource(source)));
export const closeWebhook = (source: string) =>
  answered(client.DELETE("/sources/{source}/webhook", ofSource(source)));

export const createTemplate = (body: Schemas["NewTemplate"]) =>
  answered(client.POST("/templates", { body }));
export const createTemplateVersion = (template: string, body: Schemas["NewTemplateVersion"]) =>
  answered(client.POST("/templates/{template}/versions", { ...ofTemplate(template), body }));
export const deleteTemplate = (template: string) =>
  answered(client.DELETE("/templates/{template}", ofTemplate(template)));

export const createTemplateBookmark = (template: string, body: Schemas["NewTemplateBookmark"]) =>
  answered(client.POST("/templates/{template}/bookmarks", { ...ofTemplate(template), body }));
export const editTemplateBookmark = (
  template: string,
  bookmark: string,
  body: Schemas["BookmarkChange"],
) =>
  answered(
    client.PATCH("/templates/{template}/bookmarks/{bookmark}", {
      params: { path: { template, bookmark } },
      body,
    }),
  );
export const deleteTemplateBookmark = (template: string, bookmark: string) =>
  answered(
    client.DELETE("/templates/{template}/bookmarks/{bookmark}", {
      params: { path: { template, bookmark } },
    }),
  );

export const createContainer = (body: Schemas["NewContainer"]) =>
  answered(client.POST("/containers", { body }));

export const createUser = (body: Schemas["NewUser"]) => answered(client.POST("/users", { body }));
export const changeUser = (user: string, body: Schemas["UserChange"]) =>
  answered(client.PATCH("/users/{user}", { ...ofUser(user), body }));
export const deleteUser = (user: string) => answered(client.DELETE("/users/{user}", ofUser(user)));
