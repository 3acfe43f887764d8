import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { ownFile } from '../../harness/base/own-files.ts'
import { bundleScenario } from '../../harness/scenario/bundle.ts'
import { atHome, portableModule } from '../../harness/scenario/portable-module.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

/** Writes files of a package below a folder. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const portable = async (folder: string) =>
  portableModule((await bundleScenario(join(folder, 'scenario.ts'))).module.path)

describe('The code of a scenario for other hosts', (test) => {
  test('has its packages in it, and is at home where it is written', () =>
    withScratch(async (folder) => {
      write(folder, {
        'node_modules/words/package.json': '{ "name": "words", "type": "module", "exports": "./index.js" }',
        'node_modules/words/index.js': 'export const word = "told"',
        'scenario.ts':
          "import { defineScenario } from 'proofload'\nimport { word } from 'words'\nexport default { word, isOurs: typeof defineScenario }",
      })
      const text = await portable(folder)

      assert.not(text.includes(ownFile('index').href), 'nothing of this installation travels')
      write(folder, { 'elsewhere/scenario.mjs': atHome(text) })
      const { default: found } = await import(pathToFileURL(join(folder, 'elsewhere/scenario.mjs')).href)
      assert.equal(found, { word: 'told', isOurs: 'function' })
    }))

  test('is refused where a part of it is of this machine alone', () =>
    withScratch(async (folder) => {
      write(folder, {
        'node_modules/native/package.json': '{ "name": "native", "main": "./index.js" }',
        'node_modules/native/index.js': 'module.exports = require("./addon.node")',
        'node_modules/native/addon.node': '',
        'scenario.ts': "import native from 'native'\nexport default { native }",
      })
      const error = await portable(folder).catch((thrown: unknown) => thrown)

      assert.ok(error instanceof HarnessError && error.code === 'SCENARIO_NOT_PORTABLE', String(error))
      assert.match(String(error), 'addon.node')
    }))
})
