// SPDX-License-Identifier: Apache-2.0
import { LaneLines } from "./LaneLines";
import { LaneMarks } from "./LaneMarks";
import { SelectionLine } from "./SelectionLine";
import type { Drawn } from "./useDrawing";
import { xOf } from "./view";

interface Props {
  drawn: Drawn;
  selectedId: string | undefined;
  listId: string;
}

// The lines and marks of all lanes, and through them the line of what is selected.
export function Drawings({ drawn, selectedId, listId }: Props) {
  const { drawing, width, lanes, now, selected, selectedAt, selectedLane, selectedMark } = drawn;
  const isMany = lanes.length > 1;
  return (
    <>
      {selectedLane && selectedAt !== undefined && (
        <SelectionLine
          x={xOf(selectedAt, drawn.view, width)}
          width={width}
          lineY={selectedLane.lineY}
        />
      )}
      <LaneLines drawing={drawing} width={width} selectedId={selectedId} isMany={isMany} />
      {drawing.lanes.map((lane) => (
        <LaneMarks
          key={lane.lane.id}
          drawing={lane}
          isMany={isMany}
          now={now}
          listId={listId}
          selected={lane === selectedLane ? selected : undefined}
          selectedMark={lane === selectedLane ? selectedMark : undefined}
        />
      ))}
    </>
  );
}
