/**
 * Verdicts on targets that fail in mid-run: killed, frozen, answering 500, answering half; open and closed models; objectives
 * on latency, on errors, none; strict and not. None may be GO. `npm run bench:bad-days`
 */
import { FAULTS, MODELS, OBJECTIVES, type ObjectivesName, runOnBadDay } from '../test/kit/bad-days.ts'

const NAMES = Object.keys(OBJECTIVES) as ObjectivesName[]
let goCount = 0

process.stdout.write('fault         model   objectives  verdict       --strict      first reason\n')
for (const fault of FAULTS)
  for (const model of MODELS)
    for (const objectives of NAMES) {
      const [plain, strict] = [
        await runOnBadDay({ fault, model, objectives, isStrict: false }),
        await runOnBadDay({ fault, model, objectives, isStrict: true }),
      ]
      const outcomes = [plain, strict].map(({ verdict }) => verdict.outcome)
      goCount += outcomes.filter((outcome) => outcome === 'GO').length
      const [reason] = plain.verdict.reasons
      const cells = [
        fault.padEnd(13),
        model.padEnd(7),
        objectives.padEnd(11),
        ...outcomes.map((each) => each.padEnd(13)),
      ]
      process.stdout.write(`${cells.join(' ')} ${(reason?.message ?? '-').slice(0, 100)}\n`)
    }
process.stdout.write(`${goCount} of ${2 * FAULTS.length * MODELS.length * NAMES.length} were GO\n`)
if (goCount > 0) process.exitCode = 1
