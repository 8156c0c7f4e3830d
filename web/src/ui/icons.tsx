// SPDX-License-Identifier: Apache-2.0
// The page's icons. They never stand for a word alone, so they are hidden from screen readers.
import type { ReactNode } from "react";
import { IconFrame } from "./IconFrame";

function icon(shape: ReactNode) {
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each icon, never while drawing
  return function Icon() {
    return <IconFrame>{shape}</IconFrame>;
  };
}

export const BookmarkIcon = icon(<path d="M4 2.5h8v11L8 10.6l-4 2.9z" />);
export const RestoreIcon = icon(
  <path d="M2.5 3v3.5H6M2.8 6.3A5.5 5.5 0 1 1 2.5 9M8 5.2V8l2 1.4" />,
);
export const BranchIcon = icon(
  <>
    <circle cx="4.5" cy="3.5" r="1.75" />
    <circle cx="4.5" cy="12.5" r="1.75" />
    <circle cx="11.5" cy="5" r="1.75" />
    <path d="M4.5 5.25v5.5M11.5 6.75c0 2.4-2.6 2.5-4.6 2.9-1.2.2-2.4.5-2.4 1.1" />
  </>,
);
export const ShareIcon = icon(
  <>
    <circle cx="4" cy="8" r="1.75" />
    <circle cx="12" cy="3.75" r="1.75" />
    <circle cx="12" cy="12.25" r="1.75" />
    <path d="m5.6 7.1 4.8-2.5M5.6 8.9l4.8 2.5" />
  </>,
);
export const UndoIcon = icon(<path d="M5.5 3 2.5 6l3 3M2.5 6H10a3.5 3.5 0 0 1 0 7H6.5" />);
export const RefreshIcon = icon(
  <path d="M8 2v7.5M5 6.7 8 9.7l3-3M2.5 11v1A1.5 1.5 0 0 0 4 13.5h8a1.5 1.5 0 0 0 1.5-1.5v-1" />,
);
export const ResetIcon = icon(<path d="M3.5 3v10M12.5 3.5v9L6 8z" />);
export const ActivateIcon = icon(<path d="M2.5 8h10M9 4.5 12.5 8 9 11.5" />);
export const MoreIcon = icon(
  <>
    <circle cx="3.5" cy="8" r="0.6" fill="currentColor" />
    <circle cx="8" cy="8" r="0.6" fill="currentColor" />
    <circle cx="12.5" cy="8" r="0.6" fill="currentColor" />
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
  </>,
);
export const CheckIcon = icon(<path d="m3 8.5 3.2 3.2L13 4.8" />);
export const CloseIcon = icon(<path d="m4 4 8 8M12 4l-8 8" />);
export const PlusIcon = icon(<path d="M8 3v10M3 8h10" />);
export const MinusIcon = icon(<path d="M3 8h10" />);
export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.25" />
    <path d="m10.2 10.2 3.3 3.3" />
  </>,
);
export const ChevronDownIcon = icon(<path d="m4 6 4 4 4-4" />);
export const ChevronRightIcon = icon(<path d="m6 4 4 4-4 4" />);
export const LockIcon = icon(
  <>
    <rect x="3" y="7" width="10" height="6.5" rx="1.5" />
    <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" />
  </>,
);
export const UnlockIcon = icon(
  <>
    <rect x="3" y="7" width="10" height="6.5" rx="1.5" />
    <path d="M5.25 7V5a2.75 2.75 0 0 1 5.3-1" />
  </>,
);
export const StartIcon = icon(<path d="M5 3v10l8-5z" />);
export const StopIcon = icon(<rect x="3.75" y="3.75" width="8.5" height="8.5" rx="1" />);
export const TrashIcon = icon(
  <path d="M2.5 4.5h11M6 4.5V3a.5.5 0 0 1 .5-.5h3a.5.5 0 0 1 .5.5v1.5M4 4.5l.6 8a1 1 0 0 0 1 1h4.8a1 1 0 0 0 1-1l.6-8M6.7 7.2v3.6M9.3 7.2v3.6" />,
);
export const EditIcon = icon(<path d="m10.5 3 2.5 2.5-7.3 7.3-3.2.7.7-3.2zM9 4.5 11.5 7" />);
export const TagIcon = icon(
  <>
    <path d="M2.5 3.5a1 1 0 0 1 1-1h4.3l5.6 5.6a1 1 0 0 1 0 1.4l-3.9 3.9a1 1 0 0 1-1.4 0L2.5 7.8z" />
    <circle cx="5.5" cy="5.5" r="0.5" fill="currentColor" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.75" />
    <path d="M8 4.75V8l2.25 1.5" />
  </>,
);
export const UserIcon = icon(
  <>
    <circle cx="8" cy="5.25" r="2.75" />
    <path d="M2.75 13.5c.5-2.6 2.6-4 5.25-4s4.75 1.4 5.25 4" />
  </>,
);
export const UsersIcon = icon(
  <>
    <circle cx="6" cy="5.5" r="2.5" />
    <path d="M1.5 13.25c.4-2.4 2.2-3.75 4.5-3.75s4.1 1.35 4.5 3.75M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 9.9c1.4.5 2.3 1.7 2.6 3.35" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="5" cy="11" r="2.75" />
    <path d="m7 9 6-6M10.5 5.5 12.5 7.5" />
  </>,
);
export const LogOutIcon = icon(
  <path d="M6.5 2.5H4A1.5 1.5 0 0 0 2.5 4v8A1.5 1.5 0 0 0 4 13.5h2.5M10 5l3 3-3 3M13 8H6.5" />,
);
export const SettingsIcon = icon(
  <>
    <path d="M2.5 4.5h6M12.5 4.5h1M2.5 11.5h1M7.5 11.5h6" />
    <circle cx="10.5" cy="4.5" r="1.75" />
    <circle cx="5.5" cy="11.5" r="1.75" />
  </>,
);
export const InfoIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.75" />
    <path d="M8 7.5v3.25M8 5.25v.01" />
  </>,
);
export const SuccessIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.75" />
    <path d="m5.4 8.2 1.8 1.8 3.4-3.8" />
  </>,
);
export const WarningIcon = icon(<path d="M8 2.5 14 13H2zM8 6.5v3M8 11.2v.01" />);
export const ErrorIcon = icon(
  <path d="M5.6 2.25h4.8l3.35 3.35v4.8l-3.35 3.35H5.6L2.25 10.4V5.6zM8 5.25v3.25M8 10.75v.01" />,
);
export const DatabaseIcon = icon(
  <>
    <ellipse cx="8" cy="4" rx="5" ry="1.75" />
    <path d="M3 4v8c0 1 2.2 1.75 5 1.75s5-.75 5-1.75V4M3 8c0 1 2.2 1.75 5 1.75S13 9 13 8" />
  </>,
);
export const AppIcon = icon(
  <>
    <rect x="2.25" y="3" width="11.5" height="10" rx="1.5" />
    <path d="M2.25 6.25h11.5M4.5 4.65v.01M6.5 4.65v.01" />
  </>,
);
export const LinkIcon = icon(
  <path d="M6.75 9.25a2.75 2.75 0 0 0 3.9 0l2.1-2.1a2.75 2.75 0 0 0-3.9-3.9l-.7.7M9.25 6.75a2.75 2.75 0 0 0-3.9 0l-2.1 2.1a2.75 2.75 0 0 0 3.9 3.9l.7-.7" />,
);
export const ExternalIcon = icon(
  <path d="M9.5 2.75h3.75V6.5M13 3 7.5 8.5M11.5 9.5V12a1.25 1.25 0 0 1-1.25 1.25H4A1.25 1.25 0 0 1 2.75 12V5.75A1.25 1.25 0 0 1 4 4.5h2.5" />,
);
export const LogIcon = icon(<path d="M3.5 2.5h9v11h-9zM5.75 5.5h4.5M5.75 8h4.5M5.75 10.5h2.5" />);
export const SpaceIcon = icon(
  <>
    <rect x="2.25" y="4" width="11.5" height="8" rx="1.5" />
    <path d="M2.25 9.25h11.5M11 10.65v.01" />
  </>,
);
export const ContainerIcon = icon(
  <path d="m8 2 5.5 3v6L8 14l-5.5-3V5zM2.7 5.1 8 8l5.3-2.9M8 8v5.8" />,
);
export const TemplateIcon = icon(<path d="m8 2.25 6 3-6 3-6-3zM2 8.25l6 3 6-3M2 11l6 3 6-3" />);
export const HelpIcon = icon(
  <>
    <circle cx="8" cy="8" r="5.75" />
    <path d="M6.4 6.3c.2-.9.9-1.3 1.7-1.3.9 0 1.6.6 1.6 1.4 0 1.2-1.7 1.2-1.7 2.5M8 11v.01" />
  </>,
);
export const OfflineIcon = icon(
  <path d="m2.5 2.5 11 11M4.2 8.8A5.6 5.6 0 0 1 6.5 7.4M9.7 7.5c.8.3 1.5.7 2.1 1.3M1.9 6.4A8.9 8.9 0 0 1 4.4 4.7M7.4 3.9a8.9 8.9 0 0 1 6.7 2.5M6.3 11.2a2.6 2.6 0 0 1 3.4 0M8 13v.01" />,
);

// Shapes of states, filled, so that they differ without colour.
function shape(path: ReactNode) {
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each shape, never while drawing
  return function Shape() {
    return (
      <svg width="10" height="10" viewBox="0 0 10 10" fill="currentColor" aria-hidden="true">
        {path}
      </svg>
    );
  };
}

export const RunningShape = shape(<circle cx="5" cy="5" r="4" />);
export const StoppedShape = shape(<rect x="1.5" y="1.5" width="7" height="7" rx="1" />);
export const FailedShape = shape(<path d="M5 .6 9.8 9.2H.2z" />);
export const BusyShape = shape(
  <path d="M5 0a5 5 0 0 1 0 10V8.3a3.3 3.3 0 0 0 0-6.6zM1.2 2.2l1.2 1.2a3.3 3.3 0 0 0 0 3.2L1.2 7.8a5 5 0 0 1 0-5.6z" />,
);
