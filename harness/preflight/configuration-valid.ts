import { formatDurationMs } from '../base/units.ts'
import type { PreflightCheck, PreflightFinding } from '../ports/preflight.ts'

const NAME = 'configuration-valid'

/** Checks for settings that are valid one by one but make no sense together. */
export const configurationValid: PreflightCheck = {
  name: NAME,
  summary: 'the settings of the plan are consistent',
  check({ plan }) {
    const findings: PreflightFinding[] = []
    const measuredMs = plan.phases.reduce(
      (sum, phase) => sum + (phase.measured ? phase.endMs - phase.startMs : 0),
      0,
    )
    if (measuredMs < 1000) {
      findings.push({
        check: NAME,
        level: 'advice',
        message: `only ${formatDurationMs(measuredMs)} of the run are measured`,
        hint: 'Give the run a longer --duration.',
      })
    }
    return Promise.resolve(
      findings.length > 0 ? findings : [{ check: NAME, level: 'ok', message: 'the plan is consistent' }],
    )
  },
}
