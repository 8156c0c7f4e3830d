// SPDX-License-Identifier: Apache-2.0
// The interface's things under short names.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Bookmark = Schemas["Bookmark"];
export type Branch = Schemas["Branch"];
export type Container = Schemas["Container"];
export type ContainerUsage = Schemas["ContainerUsage"];
export type DataPosition = Schemas["DataPosition"];
export type Endpoint = Schemas["Endpoint"];
export type Member = Schemas["Member"];
export type Moment = Schemas["Moment"];
export type Operation = Schemas["Operation"];
export type OperationKind = Schemas["OperationKind"];
export type Point = Schemas["Point"];
export type Pool = Schemas["Pool"];
export type Quota = Schemas["Quota"];
export type Segment = Schemas["Segment"];
export type Source = Schemas["Source"];
export type Space = Schemas["Space"];
export type Template = Schemas["Template"];
export type Timeline = Schemas["Timeline"];
export type Token = Schemas["Token"];
export type Trashed = Schemas["Trashed"];
export type Usage = Schemas["Usage"];
export type User = Schemas["User"];
export type CurrentUser = Schemas["CurrentUser"]["user"];
