/** `GO`, `NO-GO`, `INCONCLUSIVE`: an outcome as people read it. */
export function outcomeText(outcome: string): string {
  return outcome.replace('_', '-')
}
