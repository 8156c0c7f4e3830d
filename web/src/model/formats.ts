// SPDX-License-Identifier: Apache-2.0

// How times are written, by the browser's zone. Made when it is first used: making a dozen of them costs
// a phone a tenth of a second, which whoever logs in would wait for.
export function timeFormat(options: Intl.DateTimeFormatOptions): (at: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (at) => {
    format ??= new Intl.DateTimeFormat("en-GB", options);
    return format.format(at);
  };
}
