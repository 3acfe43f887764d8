/** Achievements and areas for improvement of a qualification, by rule: the best margin, the worst margin, the biggest change. */
import { formatInUnit } from '../../base/units.ts'
import type { QualificationItem, QualificationRecord } from '../../model/qualification.ts'
import { changeOf, marginText, measuredText } from '../../text/qualification-text.ts'

export interface Highlight {
  readonly what: string
  readonly activity: string
  readonly item: string
  readonly text: string
}

interface Placed {
  readonly activity: string
  readonly item: QualificationItem
}

/** Those for which there are figures. */
export function highlightsOf({ activities }: Pick<QualificationRecord, 'activities'>): Highlight[] {
  const placed = activities.flatMap(({ name, items }) => items.map((item) => ({ activity: name, item })))
  const withMargin = rankedBy(placed, ({ item }) => item.measured?.margin ?? null)
  const [worst] = withMargin
  const best = withMargin.at(-1)
  const changed = rankedBy(placed, ({ item }) => absolute(changeOf(item))).at(-1)
  return [
    ...(best === undefined || best === worst ? [] : [of('best margin', best, marginOf(best))]),
    ...(worst === undefined ? [] : [of('worst margin', worst, marginOf(worst))]),
    ...(changed === undefined ? [] : [of('biggest change', changed, changeText(changed.item))]),
  ]
}

/** Rising; without those that have no figure. */
function rankedBy(all: readonly Placed[], figure: (placed: Placed) => number | null): Placed[] {
  return all
    .flatMap((placed) => {
      const value = figure(placed)
      return value === null ? [] : [{ placed, value }]
    })
    .sort((a, b) => a.value - b.value)
    .map(({ placed }) => placed)
}

function of(what: string, { activity, item }: Placed, text: string): Highlight {
  return { what, activity, item: item.label, text }
}

function marginOf({ item }: Placed): string {
  return `${marginText(item.measured?.margin ?? 0)} (${measuredText(item)})`
}

function changeText(item: QualificationItem): string {
  const { observed, previous, unit } = item.measured as NonNullable<QualificationItem['measured']>
  const percent = Math.round(100 * (changeOf(item) as number))
  return `${percent >= 0 ? '+' : ''}${percent} % since the last qualification: ${formatInUnit(previous as number, unit)} to ${formatInUnit(observed as number, unit)}`
}

function absolute(value: number | null): number | null {
  return value === null ? null : Math.abs(value)
}
