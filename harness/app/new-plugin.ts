/** The files that a plugin begins with. */
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HarnessError } from '../base/errors.ts'
import { targetScaffold } from '../contract/scaffold.ts'
import { pluginName } from '../scenario/plugins/schema.ts'
import { exists, makeFolder } from '../system/files.ts'
import { targets } from '../targets/index.ts'

/**
 * Writes the files of a new target; returns their paths as they were given.
 * @throws HarnessError USAGE for a name that is none or a file that exists, PLUGIN_NAME_TAKEN
 */
export async function writeNewTarget(name: string, folder: string, cwd: string): Promise<readonly string[]> {
  if (!pluginName.safeParse(name).success)
    throw new HarnessError('USAGE', `'${name}' is not the name of a plugin`, {
      hint: 'Use small letters, digits and hyphens, and begin with a letter: my-proto.',
    })
  if (targets.names.includes(name))
    throw new HarnessError('PLUGIN_NAME_TAKEN', `there is a target ${name} already`, {
      hint: 'Targets of proofload cannot be replaced: choose another name.',
    })
  const files = Object.entries(targetScaffold(name)).map(
    ([file, text]) => [join(folder, file), text] as const,
  )
  for (const [file] of files)
    if (await exists(resolve(cwd, file)))
      throw new HarnessError('USAGE', `${file} already exists`, { hint: 'Choose another name or folder.' })
  await makeFolder(resolve(cwd, folder))
  for (const [file, text] of files) await writeFile(resolve(cwd, file), text, { flag: 'wx' })
  return files.map(([file]) => file)
}
