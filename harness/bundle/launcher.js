#!/usr/bin/env node
// Proofload in one file. Apache License 2.0; the licences of the libraries are in the unpacked files.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'

const ID = '{{id}}'
// biome-ignore lint/style/noProcessEnv: nothing of the program is unpacked yet.
const { XDG_CACHE_HOME, PROOFLOAD_CACHE } = process.env
const cache = PROOFLOAD_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'proofload')

/** Somebody else's folder would run somebody else's code. */
const isOwn = (folder) =>
  existsSync(folder) && statSync(folder).uid === (process.getuid?.() ?? statSync(folder).uid)

function unpackInto(folder) {
  for (const [path, text] of Object.entries(
    JSON.parse(brotliDecompressSync(Buffer.from(PACKED(), 'base64'))),
  )) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** Unpacks beside and renames: another process that starts at the same time never sees half of it. */
function inCache() {
  const folder = join(cache, ID)
  if (isOwn(folder)) return folder
  mkdirSync(cache, { recursive: true, mode: 0o700 })
  const draft = mkdtempSync(join(cache, 'unpacking-'))
  try {
    unpackInto(draft)
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!isOwn(folder)) throw error
  }
  return folder
}

/** Where there is no cache, every start unpacks, and removes what it unpacked. */
function inTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  unpackInto(folder)
  return folder
}

function unpacked() {
  try {
    return inCache()
  } catch {
    return inTemporaryFolder()
  }
}

let main
try {
  main = pathToFileURL(join(unpacked(), 'dist/cli/main.js')).href
} catch (error) {
  process.stderr.write(
    `error INSTALLATION_BROKEN: proofload cannot be unpacked: ${error.message}\nhint: Name a folder that can be written: PROOFLOAD_CACHE=/path\n`,
  )
  process.exit(4)
}
await import(main)

function PACKED() {
  return '{{packed}}'
}
