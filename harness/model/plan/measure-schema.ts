/** The measures of plugins from outside, which no catalogue lists: a plan has those that its plugins state. */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'
import { MEASURE_UNITS } from '../measures.ts'

export const outsideMeasureSchema = z.object({
  name: z.string(),
  meaning: z.string(),
  kind: z.enum(['distribution', 'counter']),
  unit: z.enum(MEASURE_UNITS),
  better: z.enum(['lower', 'higher', 'neither']),
  /** At most one value a request: a condition of `slos` may name it. */
  once: z.literal(true).optional(),
})
export type OutsideMeasure = Immutable<z.infer<typeof outsideMeasureSchema>>

/** Returns the measures that the plugins of a plan state. */
export function outsideMeasures(
  plugins: readonly { readonly measures?: readonly OutsideMeasure[] | undefined }[] = [],
): OutsideMeasure[] {
  return plugins.flatMap(({ measures = [] }) => measures)
}
