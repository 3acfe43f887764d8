/** The severity of a breach, mildest first. */
export const SEVERITIES = ['info', 'warning', 'major', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]
