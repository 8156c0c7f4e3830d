// SPDX-License-Identifier: Apache-2.0
// The other half, see lane_1.ts: what stops and kills its daemon, and fills its pool, and the
// administrator's.
import "./admin.test.ts";
import "./hostile.test.ts";
import "./links.test.ts";
import "./template_file.test.ts";
import "./touch.test.ts";
import "./narrow.test.ts";
import "./full.test.ts";
import "./truth.test.ts";
