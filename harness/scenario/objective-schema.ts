/** Objectives as authors write them: text, or text with settings. */
import * as z from 'zod'
import { IMPACT_BY_SEVERITY } from '../analysis/risk.ts'
import { duration } from '../base/text-schemas.ts'
import { ROLES } from '../model/plan/objective-schema.ts'
import { SEVERITIES } from '../model/verdict.ts'

const IMPACTS = SEVERITIES.map((severity) => `${severity} ${IMPACT_BY_SEVERITY[severity]}`).join(', ')

/** One objective: text, or text with settings. */
export const objective = z
  .union([
    z.string(),
    z.strictObject({
      expect: z.string().describe('p99(response_time) < 100ms'),
      name: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .optional()
        .describe('Name that people see, and the id of the objective; unique in the scenario'),
      severity: z.enum(SEVERITIES).optional().describe('How bad a miss is. Default: major.'),
      role: z.enum(ROLES).optional().describe('What a miss leads to. Default: core (NO-GO).'),
      minSamples: z
        .number()
        .int()
        .min(0)
        .optional()
        .describe('Fewer samples (of CPU, memory and the like: seconds) prove nothing. Default: 1.'),
      onNoData: z
        .enum(['fail', 'pass', 'inconclusive'])
        .optional()
        .describe(
          'When nobody measured it, or too few samples: NO-GO, INCONCLUSIVE or GO. Default: inconclusive.',
        ),
      window: duration
        .optional()
        .describe(
          'Stretch it is watched over while load runs. Default: the run so far for percentiles, shares and ratios, 10s for other values.',
        ),
      for: duration
        .optional()
        .describe('How long a breach must last without a break before it is believed. Default: 0s.'),
      grace: duration
        .optional()
        .describe('How long the target may then take to recover before it fires. Default: 0s.'),
      abort: z.boolean().optional().describe('Firing ends the load: NO-GO'),
      rollback: z
        .union([z.boolean(), z.string()])
        .optional()
        .describe('A miss asks for this rollback procedure; true: the one named default'),
      owner: z.string().optional().describe('Who answers for it'),
      runbook: z.string().optional().describe('What to do about a miss'),
      impact: z
        .number()
        .min(0)
        .max(10)
        .optional()
        .describe(`Impact of a miss on users, 0 to 10. Default: by severity, ${IMPACTS}.`),
      benefit: z
        .number()
        .min(0)
        .optional()
        .describe('Worth of fixing a miss, in the currency of `cost`; for the order of risks'),
      cost: z.number().positive().optional().describe('Cost of fixing a miss, in the same currency'),
    }),
  ])
  .describe('What must hold, as function(metric{label=value}) op bound')
