/** Graphics processors of NVIDIA, as `nvidia-smi` lists them. */
import * as z from 'zod'
import { textWithUnit } from '../base/text-schemas.ts'
import { formatAmount, formatBytes, parseBytes } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { RequirementPlugin } from '../ports/requirement.ts'
import { outputOf } from './command.ts'
import type { RequirementRef, RequirementSettings } from './reference.ts'

const configSchema = z
  .strictObject({
    /** The number of GPUs that have to fit. Default: 1. */
    count: z.number().int().min(1).default(1).describe('The number of GPUs that have to fit. Default: 1.'),
    /** Free memory that each has to have: `'8GiB'`. */
    freeMemory: textWithUnit(parseBytes, '8GiB').optional().describe('Free memory that each has to have'),
    /** Text that its name has to hold: `'A100'`. */
    model: z.string().min(1).optional().describe('Text that its name has to hold'),
  })
  .describe('NVIDIA GPUs of this machine')

/** Requires GPUs of this machine: `gpuCheck({ count: 2, freeMemory: '8GiB' })`. */
export function gpuCheck(
  config: Written<typeof configSchema> = {},
  settings: RequirementSettings = {},
): RequirementRef {
  return { plugin: 'gpu', config, ...settings }
}

/** The `gpu` plugin. */
export const gpuPlugin: RequirementPlugin = {
  name: 'gpu',
  summary: 'NVIDIA GPUs with enough free memory, by nvidia-smi',
  configSchema,
  hostsOf: () => [],
  describe: () => 'gpu',
  async check(config, context) {
    const { count, freeMemory, model } = configSchema.parse(config)
    const found = gpusIn(await outputOf(QUERY, context))
    const freeBytesMin = freeMemory === undefined ? 0 : parseBytes(freeMemory)
    const fitting = found.filter(
      ({ name, freeBytes }) => freeBytes >= freeBytesMin && name.includes(model ?? ''),
    )
    const list = found.map(({ name, freeBytes }) => `${name} with ${formatBytes(freeBytes)} free`).join(', ')
    if (fitting.length < count)
      throw new Error(`${formatAmount(count, 'GPU')} needed, ${fitting.length} fit: ${list || 'none found'}`)
    return list
  },
}

const QUERY = ['nvidia-smi', '--query-gpu=name,memory.free', '--format=csv,noheader,nounits']
const MIB = 1024 ** 2

interface Gpu {
  readonly name: string
  readonly freeBytes: number
}

/** Reads lines such as `NVIDIA A100-SXM4-40GB, 39991`: memory in MiB. */
function gpusIn(output: string): Gpu[] {
  return output.split('\n').flatMap((line) => {
    const [, name = '', free] = /^(.+),\s*(\d+)\s*$/.exec(line) ?? []
    return free === undefined ? [] : [{ name, freeBytes: Number(free) * MIB }]
  })
}
