// SPDX-License-Identifier: Apache-2.0
// The product's sign: a line that leaves for another level, from point to point.
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <rect width="16" height="16" rx="3.5" fill="var(--color-accent)" />
      <g fill="none" stroke="var(--color-accent-text)" strokeWidth="1.4" strokeLinecap="round">
        <path d="M4.7 11h1.1c1.6 0 2-1 2.6-3s1.1-3 2.6-3" />
        <circle cx="3.5" cy="11" r="1.2" fill="var(--color-accent-text)" stroke="none" />
        <circle cx="12.5" cy="5" r="1.2" fill="var(--color-accent-text)" stroke="none" />
      </g>
    </svg>
  );
}
