import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { withScratch } from '../kit/sandbox.ts'
import { isInstalled } from '../kit/server-process.ts'
import { describe } from '../kit/suite.ts'

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url))
const HINT = 'no terraform or kubectl here'
const ZERO = `sha256:${'0'.repeat(64)}`

interface Named {
  readonly kind: string
  readonly metadata: { readonly name: string }
}

describe('The Terraform module of the manifests', (test) => {
  if (!isInstalled('terraform', 'version') || !isInstalled('kubectl', '--help')) {
    test.skip('gives what kustomize gives', HINT)
    return
  }

  test('needs no provider, keeps its own tests, and gives what kustomize gives, object by object', () =>
    withScratch((scratch) => {
      cpSync(join(DEPLOY, 'terraform'), join(scratch, 'terraform'), { recursive: true })
      cpSync(join(DEPLOY, 'kubernetes'), join(scratch, 'kubernetes'), { recursive: true })
      const cwd = join(scratch, 'terraform/manifests')
      const terraform = (...args: string[]) =>
        execFileSync('terraform', args, { cwd, encoding: 'utf8', stdio: 'pipe' })
      terraform('fmt', '-check', '-recursive', '..')
      terraform('init', '-backend=false', '-input=false')
      assert.match(terraform('test', '-no-color'), /[1-9]\d* passed, 0 failed/)
      const digests = [`-var=image_digest=${ZERO}`, `-var=worker_image_digest=${ZERO}`]
      terraform('apply', '-auto-approve', '-input=false', ...digests)
      const made = JSON.parse(terraform('output', '-json', 'manifests')) as Record<string, Named>
      const text = execFileSync('kubectl', ['kustomize', join(scratch, 'kubernetes/base')], {
        encoding: 'utf8',
      })
      const other = parseAllDocuments(text).map((document) => document.toJS() as Named)
      assert.equal(
        made,
        Object.fromEntries(other.map((each) => [`${each.kind}/${each.metadata.name}`, each])),
      )
      return Promise.resolve()
    }))
})
