import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { VisualApproval } from '../../harness/model/visual.ts'
import { listBaselines } from '../../harness/store/baselines.ts'
import {
  listVisuals,
  pictureFileOf,
  readVisualApproval,
  updateVisual,
} from '../../harness/store/visual-baselines.ts'
import { withScratch } from '../kit/sandbox.ts'
import { rejectionOf } from '../kit/scenario-documents.ts'
import { describe } from '../kit/suite.ts'

const anApproval = (changes: Partial<VisualApproval> = {}): VisualApproval => ({
  schemaVersion: 1,
  name: 'homepage',
  file: 'homepage.png',
  sha256: 'abc',
  sizeBytes: 3,
  format: 'png',
  widthPx: 4,
  heightPx: 5,
  frameCount: 1,
  source: 'shot.png',
  approved: { at: '2026-11-21T09:30:05.120Z', by: 'mia', reason: 'first of its name' },
  ...changes,
})

describe('Approved pictures on disk', (test) => {
  test('are read as they were written, picture and approval side by side', () =>
    withScratch(async (folder) => {
      const address = { folder: join(folder, 'visual'), name: 'homepage' }
      const written = await updateVisual(address, () => ({
        approval: anApproval(),
        bytes: Buffer.from('png'),
      }))

      assert.equal(await readVisualApproval(address), written)
      assert.is(readFileSync(pictureFileOf(address, written), 'utf8'), 'png')
      assert.equal(readdirSync(address.folder).sort(), ['homepage.approval.json', 'homepage.png'])
    }))

  test('leave no picture of another format behind when they are replaced', () =>
    withScratch(async (folder) => {
      const address = { folder, name: 'homepage' }
      await updateVisual(address, () => ({ approval: anApproval(), bytes: Buffer.from('png') }))
      await updateVisual(address, (current) => {
        assert.is(current?.file, 'homepage.png')
        return { approval: anApproval({ file: 'homepage.webp', format: 'webp' }), bytes: Buffer.from('webp') }
      })

      assert.equal(readdirSync(folder).sort(), ['homepage.approval.json', 'homepage.webp'])
    }))

  test('lose nothing to approvals at the same time', () =>
    withScratch(async (folder) => {
      const address = { folder, name: 'homepage' }
      const seen: (string | null)[] = []
      const approve = (sha256: string) =>
        updateVisual(address, (current) => {
          seen.push(current?.sha256 ?? null)
          return { approval: anApproval({ sha256 }), bytes: Buffer.from(sha256) }
        })
      await Promise.all(['a', 'b', 'c', 'd'].map(approve))

      assert.is(new Set(seen).size, 4)
      const last = await readVisualApproval(address)
      assert.is(readFileSync(join(folder, 'homepage.png'), 'utf8'), last?.sha256)
    }))

  test('stay what they were when the change is refused', () =>
    withScratch(async (folder) => {
      const address = { folder, name: 'homepage' }
      await updateVisual(address, () => ({ approval: anApproval(), bytes: Buffer.from('png') }))
      const refused = updateVisual(address, () => {
        throw new Error('no')
      })

      assert.is(await refused.catch((error: Error) => error.message), 'no')
      assert.equal(await readVisualApproval(address), anApproval())
    }))

  test('are listed by name, and are no baselines of runs', () =>
    withScratch(async (folder) => {
      const visual = join(folder, 'visual')
      assert.equal(await listVisuals(visual), [])
      for (const name of ['cart', 'a-page'])
        await updateVisual({ folder: visual, name }, () => ({
          approval: anApproval({ name, file: `${name}.png` }),
          bytes: Buffer.from('png'),
        }))

      assert.equal(await listVisuals(visual), ['a-page', 'cart'])
      assert.equal(await listBaselines(folder), [])
    }))

  test('are not used when they were cut short, edited, or point elsewhere', () =>
    withScratch(async (folder) => {
      const address = { folder, name: 'homepage' }
      for (const text of [
        '{"schemaVersion": 1,',
        JSON.stringify({ ...anApproval(), widthPx: 'wide' }),
        JSON.stringify(anApproval({ file: '../../secret.png' })),
      ]) {
        writeFileSync(join(folder, 'homepage.approval.json'), text)
        const error = await rejectionOf(readVisualApproval(address), 'BASELINE_INVALID')
        assert.match(error.message, /homepage\.approval\.json is not an approved picture/)
      }
    }))

  for (const name of ['../homepage', 'a/b', '', '..', 'a b', 'x.y'])
    test(`cannot be called '${name}'`, () =>
      withScratch(async (folder) => {
        const inner = join(folder, 'inner')
        await mkdir(inner)
        await rejectionOf(readVisualApproval({ folder: inner, name }), 'USAGE')
        assert.not(existsSync(join(folder, 'homepage.approval.json')))
      }))
})
