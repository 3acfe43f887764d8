/** Schema of the plugins that a scenario declares. Nothing else brings code into a run: no search path, no variable, no flag. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'

/** The name of a plugin. */
export const pluginName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a name of small letters, digits and hyphens that begins with a letter')

const permissions = {
  integrity: z
    .string()
    .regex(/^sha256-[0-9a-f]{64}$/, 'sha256- and 64 hex digits')
    .optional()
    .describe('Hash of all its files, as `proofload plugin pin` prints it: any other is refused'),
  native: z
    .literal(true)
    .optional()
    .describe('It may load native addons, and its package may run scripts when it is installed'),
}

const byPath = z.strictObject({
  path: z.string().min(1).describe('File of the plugin, relative to the scenario'),
  ...permissions,
})

/** An installed package. Nothing is fetched. */
const byPackage = z.strictObject({
  package: z
    .string()
    .regex(/^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/, 'the name of an npm package')
    .describe('Package of the plugin, installed beside the scenario or above'),
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/, 'an exact version: 1.4.2')
    .describe('Its exact version'),
  ...permissions,
})

/** A plugin that a TypeScript scenario imports. */
const imported = z.strictObject({
  at: z
    .string()
    .regex(/^file:/, 'at: import.meta.url in definePlugin')
    .describe('URL of the module, from definePlugin; YAML says path'),
})

/** Plugins by name. */
export const pluginsSchema = recordOf(z.union([byPath, byPackage, imported]), pluginName).describe(
  'Plugins by name, each a file of this repository or an installed package',
)
export type PluginDeclarations = z.output<typeof pluginsSchema>
export type PluginDeclaration = PluginDeclarations[string]
