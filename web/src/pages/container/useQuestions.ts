// SPDX-License-Identifier: Apache-2.0
import { type RefObject, useEffect, useRef, useState } from "react";
import type { Question } from "@/actions/context";
import { goToActionsOf, keepFocus } from "./focus";

// What is asked for, one question at a time, and where the focus goes afterwards.
export function useQuestions(actionBar: RefObject<HTMLElement | null>) {
  const [question, setQuestion] = useState<Question | null>(null);

  // A key that is pressed while nothing in particular has the focus belongs to the actions, and the
  // focus returns there.
  const ask = (next: Question) => {
    if (!document.activeElement?.matches("button, a, input, [tabindex='0']")) {
      goToActionsOf(actionBar.current);
    }
    setQuestion(next);
  };

  const isAsking = question !== null;
  const wasAsking = useRef(isAsking);
  useEffect(() => {
    if (wasAsking.current && !isAsking) keepFocus(() => goToActionsOf(actionBar.current));
    wasAsking.current = isAsking;
  }, [isAsking, actionBar]);

  return { question, ask, close: () => setQuestion(null) };
}
