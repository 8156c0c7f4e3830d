// SPDX-License-Identifier: Apache-2.0
// The page's parts. Pages and actions are made of these, and of nothing else that is drawn.
export { Announcer, announce, toast } from "./announcer";
export { Badge, type State, StateBadge } from "./Badge";
export { Banner, ErrorBanner, Output, Strip, type Tone } from "./Banner";
export { Button, ButtonLink, type ButtonProps, IconButton } from "./Button";
export { Checkbox, RadioGroup } from "./Choice";
export { CopyButton, copy } from "./CopyButton";
export { classes } from "./classes";
export { ConfirmDialog, Dialog, FormDialog, prepareDialogs } from "./dialogs";
export { EmptyState, Skeleton } from "./EmptyState";
export { Field, type Option, PasswordField, Select, TextArea, TextField } from "./Field";
export { fetched, prepare } from "./fetched";
export * from "./icons";
export { Menu, MenuAt } from "./Menu";
export type { MenuItem, MenuPart } from "./menu_parts";
export { SizeText } from "./SizeText";
export { Spinner } from "./Spinner";
export { type Column, Table } from "./Table";
export { type Tab, Tabs } from "./Tabs";
export { TimeText } from "./TimeText";
export { Toolbar } from "./Toolbar";
export { showTips } from "./tips";
export { useNarrow } from "./useNarrow";
export { useNow } from "./useNow";
