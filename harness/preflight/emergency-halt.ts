import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemCodeOf } from '../base/errors.ts'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'emergency-halt'
const FILE = join('.proofload', 'emergency.json')
const stateSchema = z.object({
  state: z.string(),
  by: z.string().optional(),
  at: z.string().optional(),
  reason: z.string().optional(),
})

/** A stop-the-line set by somebody (`.proofload/emergency.json`) keeps load from starting. */
export const emergencyHalt: PreflightCheck = {
  name: NAME,
  summary: 'nobody has halted load',
  async check({ cwd }) {
    let text: string
    try {
      text = await readFile(join(cwd, FILE), 'utf8')
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return [{ check: NAME, level: 'ok', message: 'no halt is set' }]
      return [
        {
          check: NAME,
          level: 'blocked',
          message: `${FILE} cannot be read`,
          hint: 'Make it readable, or remove it when no halt is meant.',
        },
      ]
    }
    const parsed = stateSchema.safeParse(parseJson(text))
    if (!parsed.success)
      return [
        {
          check: NAME,
          level: 'blocked',
          message: `${FILE} is not a valid state`,
          hint: 'Mend or remove it.',
        },
      ]
    const { state, by, at, reason } = parsed.data
    if (state !== 'HALT' && state !== 'SHUTDOWN')
      return [{ check: NAME, level: 'ok', message: `state ${state}` }]
    return [
      {
        check: NAME,
        level: 'blocked',
        message: `load is halted (${state}) by ${by ?? 'unknown'} at ${at ?? 'unknown'}: ${reason ?? 'no reason given'}`,
        hint: `When it is over, remove ${FILE}.`,
      },
    ]
  },
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Judged as an invalid state by the schema.
    return null
  }
}
