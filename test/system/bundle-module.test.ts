import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { bundleModule } from '../../harness/system/bundle-module.ts'
import { withFiles } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const FAILURE = { code: 'SCENARIO_LOAD_FAILED', hint: 'look' } as const

describe('bundleModule', (test) => {
  test('leaves each source its own place', async () => {
    const files = {
      'main.ts': `import { inner } from './deep/inner.mjs'
export const outer: string = import.meta.dirname
export const file = import.meta.filename
export const text = 'import.meta.url'
export { inner }`,
      'deep/inner.mjs': `#!/usr/bin/env node
export const inner = new URL('./payload.txt', import.meta.url).href`,
    }
    await withFiles(files, async (folder) => {
      await mkdir(join(folder, 'node_modules'), { recursive: true })
      const { path } = await bundleModule(join(folder, 'main.ts'), FAILURE)
      const loaded: unknown = { ...(await import(pathToFileURL(path).href)) }

      assert.equal(loaded, {
        outer: folder,
        file: join(folder, 'main.ts'),
        text: 'import.meta.url',
        inner: pathToFileURL(join(folder, 'deep/payload.txt')).href,
      })
    })
  })
})
