// SPDX-License-Identifier: Apache-2.0
// Half of the tests, in one process, so that they share one installation and one browser. The other
// half runs beside them, see run.sh; the lanes take about the same time.
import "./speed.test.ts";
import "./story1.test.ts";
import "./story2.test.ts";
import "./keyboard.test.ts";
import "./loading.test.ts";
import "./timeline.test.ts";
import "./busy.test.ts";
import "./copy.test.ts";
import "./words.test.ts";
import "./next.test.ts";
