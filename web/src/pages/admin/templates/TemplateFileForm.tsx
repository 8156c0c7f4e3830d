// SPDX-License-Identifier: Apache-2.0
import { type DragEvent, type FormEvent, useRef, useState } from "react";
import { type TemplateForm, templateFormOfFile } from "@/model/admin_template";
import {
  FileProblem,
  readTemplateFile,
  relativePaths,
  withFolder,
} from "@/model/admin_template_file";
import type { Kind } from "@/model/kinds";
import { listed } from "@/model/words";
import { Button, classes, TextArea, TextField } from "@/ui";
import { Panel } from "../parts/Page";
import partStyles from "../parts/parts.module.css";
import styles from "./templates.module.css";

function exampleOf(kinds: readonly Kind[]): string {
  const [first, ...others] = kinds.map(({ kind }) => `"${kind}"`);
  const comment = others.length > 0 ? `  # or ${others.join(", ")}` : "";
  return `name = "orders"

[[source]]
name = "db"
kind = ${first ?? '"..."'}${comment}
dump = "orders.dump"
port = 5440`;
}

const MOST_BYTES = 1 << 20;

// A template's file, chosen, dropped or pasted, as `slip apply` knows it.
export function TemplateFileForm({
  kinds,
  onRead,
}: {
  kinds: Kind[];
  onRead: (form: TemplateForm) => void;
}) {
  const [text, setText] = useState("");
  const [folder, setFolder] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [folderProblem, setFolderProblem] = useState<string | null>(null);
  const relative = relativePathsIn(text);

  const change = (next: string) => {
    setText(next);
    setProblem(null);
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES)
      return setProblem(`${file.name} is too large for a template's file.`);
    change(await file.text());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    try {
      const file = readTemplateFile(text);
      if (relative.length > 0 && !folder.trim().startsWith("/")) {
        setFolderProblem("Write the whole path, from the first slash on.");
        return;
      }
      onRead(templateFormOfFile(withFolder(file, folder.trim()), kinds));
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <form className={partStyles.form} onSubmit={submit} noValidate>
      <Panel>
        <DropArea onFile={take} />
        <TextArea
          label="Its text"
          hint="Or paste it here. It is the file that the command “slip apply” takes."
          isMono
          rows={14}
          spellCheck={false}
          placeholder={exampleOf(kinds)}
          value={text}
          error={problem}
          onChange={change}
        />
        {relative.length > 0 && (
          <TextField
            label="Folder of the file on the server"
            isMono
            value={folder}
            error={folderProblem}
            placeholder="/srv/templates/orders"
            hint={`The file names ${listed(relative.map((path) => `“${path}”`))} beside itself. Where is that on the server?`}
            onChange={(next) => {
              setFolder(next);
              setFolderProblem(null);
            }}
          />
        )}
      </Panel>
      <div className={partStyles.foot}>
        <Button type="submit" variant="main">
          Fill in the form
        </Button>
        <span className={partStyles.hint}>Nothing is done yet: you see first what will be.</span>
      </div>
    </form>
  );
}

function DropArea({ onFile }: { onFile: (file: File | undefined) => void }) {
  const [isOver, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut of the button below
    <div
      className={classes(styles.drop, isOver && styles.over)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p>Drop a template file here, or</p>
      <Button onClick={() => chooser.current?.click()}>Choose a file</Button>
      <input
        ref={chooser}
        type="file"
        accept=".toml,text/plain"
        hidden
        aria-label="Template file"
        onChange={(event) => {
          onFile(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </div>
  );
}

// While it is typed it may not be readable; then nothing is asked.
function relativePathsIn(text: string): string[] {
  try {
    return [...new Set(relativePaths(readTemplateFile(text)))];
  } catch {
    return [];
  }
}
