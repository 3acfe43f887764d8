import type { Alert } from '../model/alert.ts'
import { demandText } from '../text/demand-text.ts'

/** An alert among events: the event of its objective stands above it and has the figures. */
export function alertLine({ kind, status, objective, summary }: Alert): string {
  if (kind !== 'objective' || objective === null) return summary
  return `${status === 'firing' ? 'alert raised' : 'alert resolved'}: ${demandText(objective)}`
}
