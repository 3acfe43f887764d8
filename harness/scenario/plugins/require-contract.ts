import * as z from 'zod'
import { HarnessError } from '../../base/errors.ts'
import type { Measure } from '../../model/measures.ts'
import { outsideMeasureSchema } from '../../model/plan/measure-schema.ts'
import { PLUGIN_CONTRACT, type PluginDefinition } from '../../ports/plugin.ts'
import { targets } from '../../targets/index.ts'

/** Families that can be provided: those with a contract suite. */
const FAMILIES = ['targets']
/** Members that every target has. */
const MEMBERS = [
  'configSchema',
  'requestSchema',
  'status',
  'connectionsOf',
  'nameOf',
  'hostsOf',
  'probe',
  'createDriver',
]

const texts = z.array(z.string()).optional()
const needsSchema = z
  .strictObject({
    network: texts,
    commands: texts,
    files: texts,
    env: z.array(z.string().regex(/^\w+$/, 'the name of an environment variable')).optional(),
  })
  .optional()

/** Judges a definition. @throws HarnessError PLUGIN_CONTRACT, PLUGIN_INVALID, PLUGIN_NAME_TAKEN */
export function requireContract(name: string, definition: PluginDefinition): void {
  const { contract, provides } = definition
  if (contract !== PLUGIN_CONTRACT)
    throw new HarnessError(
      'PLUGIN_CONTRACT',
      `plugin ${name} is written for contract ${contract}; this proofload has contract ${PLUGIN_CONTRACT}`,
      { hint: 'Use the version of the plugin, or of proofload, that has the same number.' },
    )
  if (definition.name !== name)
    throw invalid(name, `it is declared as ${name} and calls itself ${definition.name}`)
  const needs = needsSchema.safeParse(definition.needs)
  if (!needs.success) throw invalid(name, `its needs: ${z.prettifyError(needs.error).split('\n').join(' ')}`)
  const unknown = Object.keys(provides).filter((family) => !FAMILIES.includes(family))
  if (unknown.length > 0)
    throw invalid(name, `it provides ${unknown.join(', ')}; known: ${FAMILIES.join(', ')}`)
  for (const target of provides.targets ?? []) {
    const missing = MEMBERS.filter((member) => !Reflect.has(target, member))
    if (missing.length > 0) throw invalid(name, `its target ${target.name} has no ${missing.join(', ')}`)
    if (targets.names.includes(target.name))
      throw new HarnessError(
        'PLUGIN_NAME_TAKEN',
        `plugin ${name} provides a target ${target.name}, which there is already`,
        {
          hint: 'Targets of proofload cannot be replaced: give it another name.',
        },
      )
    if (target.name !== name && !target.name.startsWith(`${name}-`))
      throw invalid(name, `its target ${target.name} is neither ${name} nor begins with ${name}-`)
    requireMeasures(name, target.measures ?? [])
  }
}

/** A measure has the name of its plugin before its own, so that none of two plugins is taken for another. */
function requireMeasures(name: string, measures: readonly Measure[]): void {
  const prefix = `${name.replaceAll('-', '_')}.`
  for (const measure of measures) {
    const { name: own } = measure
    if (!own.startsWith(prefix) || !/^[a-z_][a-z0-9_]*$/.test(own.slice(prefix.length)))
      throw invalid(
        name,
        `its measure ${own} is not called ${prefix}name, the name of small letters, digits and _`,
      )
    const checked = outsideMeasureSchema.safeParse(measure)
    if (!checked.success) throw invalid(name, `its measure ${own}: ${z.prettifyError(checked.error)}`)
  }
}

function invalid(name: string, why: string): HarnessError {
  return new HarnessError('PLUGIN_INVALID', `plugin ${name} is not as the contract wants it: ${why}`, {
    hint: 'See docs/plugins.md.',
  })
}
