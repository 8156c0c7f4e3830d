// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from "react";
import { createBranch, deleteBranch, renameBranch } from "@/api/acts";
import type { Branch } from "@/api/types";
import { suggestedName } from "@/model/branch_name";
import type { Item } from "@/model/history";
import { dataOf, dataWords } from "@/model/situation";
import { ConfirmDialog, FormDialog, RadioGroup, TextField, useNow } from "@/ui";
import { useContainerPage } from "./context";
import { isoOf, ProductionTime, useMoment } from "./ProductionTime";

type Origin = "moment" | "production" | "then";

export function BranchDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const page = useContainerPage();
  const now = useNow();
  const [name, setName] = useState(() => suggestedName(item.bookmark, page.branches));
  const [origin, setOrigin] = useState<Origin>("moment");
  const [then, setThen] = useState("");
  const [place, setPlace] = useState<"active" | "beside" | "look">("active");
  const isOfProduction = origin !== "moment";
  // "10 min ago" stays the time that it was when it was typed.
  const thenIso = useMemo(() => isoOf(then, Date.now()), [then]);
  const time = origin === "then" ? thenIso : null;
  const isShown = useMoment(time).isSuccess;
  const active = page.container.active_branch.name;
  const ofItem = () => (item.kind === "now" ? { branch: item.lane } : dataOf(item));
  const branchOff = () =>
    createBranch(page.container.id, {
      name: name.trim(),
      from: isOfProduction ? ofProduction(time) : ofItem(),
      beside: place === "beside",
      read_only: place === "look",
    });
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`New branch from ${isOfProduction ? "production" : dataWords({ ...page, item, now })}`}
      submit="Branch"
      canSubmit={name.trim() !== "" && (origin !== "then" || isShown)}
      onSubmit={() => page.send(branchOff)}
    >
      <TextField
        label="Name"
        autoFocus
        required
        maxLength={64}
        value={name}
        onChange={setName}
        onFocus={(event) => event.target.select()}
      />
      {item.kind === "now" && <OriginChoice item={item} value={origin} onChange={setOrigin} />}
      {origin === "then" && <ProductionTime value={then} onChange={setThen} iso={time} />}
      <RadioGroup
        label="Then"
        value={place}
        onChange={setPlace}
        options={[
          {
            value: "active",
            label: "Make it active",
            hint: `The container's addresses lead to it. “${active}” is stopped and kept as it is.`,
          },
          {
            value: "beside",
            label: "Run it beside",
            hint: `“${active}” stays active; the new branch gets addresses of its own.`,
          },
          {
            value: "look",
            label: "Only look at it",
            hint: `As beside, but its databases refuse changes, and applications are not started.`,
          },
        ]}
      />
    </FormDialog>
  );
}

interface OriginChoiceProps {
  item: Item;
  value: Origin;
  onChange: (origin: Origin) => void;
}

// What a branch from now begins with: also what production has, or had.
function OriginChoice({ item, value, onChange }: OriginChoiceProps) {
  const page = useContainerPage();
  const now = useNow();
  const active = page.container.active_branch;
  return (
    <RadioGroup
      label="Its data"
      value={value}
      onChange={onChange}
      options={[
        {
          value: "moment",
          label:
            item.lane === active.id
              ? "Yours, as it is now"
              : `That of ${dataWords({ ...page, item, now })}`,
        },
        {
          value: "production",
          label: "The newest of production",
          hint: `As Refresh would give it to you, without changing “${active.name}”.`,
        },
        {
          value: "then",
          label: "Production as it was at a time",
          hint: "To the second, where a source follows production.",
        },
      ]}
    />
  );
}

// How far each source's data goes has been shown: until then nobody can send it.
function ofProduction(time: string | null) {
  return time === null ? { template: true } : { template: true, time, accept_earlier: true };
}

export function RenameBranchDialog({ branch, onClose }: { branch: Branch; onClose: () => void }) {
  const page = useContainerPage();
  const [name, setName] = useState(branch.name);
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={`Rename branch “${branch.name}”`}
      submit="Rename"
      canSubmit={name.trim() !== ""}
      onSubmit={() => page.send(() => renameBranch(page.container.id, branch.id, name.trim()))}
    >
      <TextField
        label="Name"
        autoFocus
        required
        maxLength={64}
        value={name}
        onChange={setName}
        onFocus={(event) => event.target.select()}
      />
    </FormDialog>
  );
}

export function DeleteBranchDialog({ branch, onClose }: { branch: Branch; onClose: () => void }) {
  const page = useContainerPage();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={`Delete branch “${branch.name}”?`}
      submit="Delete the branch"
      isDanger
      onSubmit={() => page.send(() => deleteBranch(page.container.id, branch.id))}
    >
      It goes to the trash with its history and bookmarks, from where it can come back.
    </ConfirmDialog>
  );
}
