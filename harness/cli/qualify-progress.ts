import type { QualificationWatch } from '../app/qualification/qualification.ts'
import { wallMsOf } from '../base/clock.ts'
import { visible } from '../base/visible.ts'
import type { QualificationEntry } from '../model/qualification-journal.ts'
import { criticalPathText, wholeTime } from '../text/critical-path-text.ts'

type Schedule = Parameters<QualificationWatch['onPlan']>[0]['schedule']

/** Prints a line for everything that begins or ends. */
export function qualifyProgress(say: (line: string) => void): QualificationWatch {
  let schedule: Schedule | null = null
  const line = (text: string) => say(visible(text))
  return {
    say: line,
    onPlan({ plan, cautions, schedule: planned }) {
      schedule = planned
      const expected = new Map(plan.activities.map(({ name, expectedMs }) => [name, expectedMs]))
      line(`${plan.name}: ${criticalPathText(planned.path, (name) => expected.get(name) ?? 0)}`)
      for (const caution of cautions) line(`note: ${caution}`)
    },
    onEntry(entry, state, standings) {
      const text = entryText(entry, schedule)
      if (text !== null) line(text)
      if (entry.kind === 'judged') {
        const judged = standings.stages.find(({ name }) => name === entry.stage)
        line(`stage ${entry.stage}: ${entry.outcome}, ${judged?.message ?? ''}`)
      }
      if (entry.kind === 'ended' && entry.result.outcome === 'passed') {
        const took = state.activities.get(entry.activity)
        const tookMs = wallMsOf(took?.endedAt ?? '') - wallMsOf(took?.startedAt ?? '')
        line(`${entry.activity}: passed after ${wholeTime(tookMs)}`)
      }
    },
  }
}

function entryText(entry: QualificationEntry, schedule: Schedule | null): string | null {
  switch (entry.kind) {
    case 'started': {
      const span = schedule?.spans.get(entry.activity)
      const expected = span === undefined ? '' : `, expected ${wholeTime(span.endMs - span.startMs)}`
      const again = entry.attempt === 1 ? '' : ` (attempt ${entry.attempt})`
      const slack = wholeTime(schedule?.slackMs.get(entry.activity) ?? 0)
      return `${entry.activity}: starts${again}${expected}, slack ${slack}`
    }
    case 'ended': {
      const { outcome, reasons } = entry.result
      return outcome === 'passed' ? null : `${entry.activity}: ${outcome}: ${reasons[0]?.message ?? ''}`
    }
    case 'reopened':
      return `${entry.activity}: runs again: ${entry.why}`
    case 'undo-ended':
      return `${entry.activity}: ${entry.undo.outcome}: ${entry.undo.message}`
    default:
      return null
  }
}
