export function containerHref(name: string): string {
  return `/containers/${encodeURIComponent(name)}`;
}
