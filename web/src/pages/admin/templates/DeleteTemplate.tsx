// SPDX-License-Identifier: Apache-2.0
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { containersQuery } from "@/api/queries";
import type { Template } from "@/api/types";
import { listed } from "@/model/words";
import { ConfirmDialog, IconButton, Menu, MoreIcon, TrashIcon } from "@/ui";
import { deleteTemplate } from "../api/acts";
import { useAct } from "../parts/useAct";

export function DeleteTemplate({ template }: { template: Template }) {
  const [isAsking, setAsking] = useState(false);
  const [, go] = useLocation();
  const act = useAct();
  const { data: containers = [] } = useQuery(containersQuery);
  const users = containers.filter((one) => one.template.id === template.id);
  const remove = async () => {
    await act(async () => {
      await deleteTemplate(template.id);
      go("/admin/templates");
    }, `Template “${template.name}” is deleted.`);
  };
  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={`More for ${template.name}`}>
            <MoreIcon />
          </IconButton>
        }
        parts={[
          {
            items: [
              {
                label: "Delete...",
                icon: <TrashIcon />,
                isDanger: true,
                unavailable: users.length
                  ? `There are containers of it: ${listed(users.map((one) => one.name))}. Delete them first.`
                  : undefined,
                onSelect: () => setAsking(true),
              },
            ],
          },
        ]}
      />
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete template “${template.name}”?`}
        submit="Delete"
        isDanger
        onSubmit={remove}
      >
        Its history and its bookmarks go with it, and no container can be made of it any more. This
        cannot be undone. Its sources stay linked.
      </ConfirmDialog>
    </>
  );
}
