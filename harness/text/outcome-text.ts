/** Formats an outcome for people: `GO`, `NO-GO`, `INCONCLUSIVE`. */
export function outcomeText(outcome: string): string {
  return outcome.replace('_', '-')
}
