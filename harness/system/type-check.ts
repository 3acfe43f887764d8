/** Checks the types of an author's TypeScript module by the compiler of the author's own project. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HarnessError, type Problem } from '../base/errors.ts'
import { ownFile } from '../base/own-files.ts'
import { createCacheFolder } from './cache-folder.ts'
import { passedOn, runToEnd } from './child-process.ts'

const LIMIT_MS = 120_000
const OUTPUT_BYTES_MAX = 256 * 1024
/** A line of the compiler: `scenarios/a.ts(12,5): error TS2322: ...` */
const ERROR_LINE = /^(.+)\((\d+),(\d+)\): error (TS\d+): (.*)$/
/** Settings of a project that has none: those of a module for Node. */
const OWN_SETTINGS = {
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  strict: true,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
}

/** @param file absolute @returns what is wrong, with file, line and column @throws HarnessError TYPESCRIPT_MISSING, TYPES_UNCHECKED */
export async function typeProblems(
  file: string,
  cwd: string,
  env: Parameters<typeof passedOn>[1],
): Promise<Problem[]> {
  const compiler =
    fileAbove(dirname(file), 'node_modules/typescript/bin/tsc') ??
    fileAbove(cwd, 'node_modules/typescript/bin/tsc')
  if (compiler === null)
    throw new HarnessError('TYPESCRIPT_MISSING', `there is no TypeScript in a node_modules above ${file}`, {
      hint: 'Install it where the scenario is: npm install --save-dev typescript',
    })
  const folder = await mkdtemp(join(await createCacheFolder(file), 'types-'))
  try {
    const project = join(folder, 'tsconfig.json')
    await writeFile(project, JSON.stringify(projectOf(file)))
    const order = {
      argv: [process.execPath, compiler, '--project', project, '--pretty', 'false'],
      cwd,
      limitMs: LIMIT_MS,
    }
    const end = await runToEnd(
      { ...order, env: passedOn(['HOME'], env), outputBytesMax: OUTPUT_BYTES_MAX },
      { signal: new AbortController().signal, whenAborted: 'was killed' },
    )
    return problemsOf(end, cwd)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function problemsOf(
  { status, problem, output }: Awaited<ReturnType<typeof runToEnd>>,
  cwd: string,
): Problem[] {
  const problems = output.split(/\r?\n/).flatMap((line) => {
    const [, file, row, column, code, message] = ERROR_LINE.exec(line) ?? []
    return file === undefined
      ? []
      : [{ path: `${resolve(cwd, file)}:${row}:${column}`, message: `${message} (${code})` }]
  })
  if (status !== 0 && problems.length === 0)
    throw new HarnessError(
      'TYPES_UNCHECKED',
      `the TypeScript compiler ${problem ?? 'failed'}: ${output.slice(0, 500)}`,
      {
        hint: 'Run the compiler of the project by hand: npx tsc --noEmit.',
      },
    )
  return problems
}

/** A project of the one file, with the settings of the project that it is in. */
function projectOf(file: string): object {
  const settings = fileAbove(dirname(file), 'tsconfig.json')
  const isInstalled = fileAbove(dirname(file), 'node_modules/proofload/package.json') !== null
  return {
    ...(settings === null ? {} : { extends: settings }),
    compilerOptions: {
      ...(settings === null ? OWN_SETTINGS : {}),
      ...(isInstalled ? {} : { paths: ownPaths() }),
      noEmit: true,
      skipLibCheck: true,
      composite: false,
      incremental: false,
      rootDir: null,
    },
    files: [file],
    include: [],
  }
}

/** `import ... from 'proofload'` means this very installation, as it does when the scenario is run. */
function ownPaths(): Record<string, string[]> {
  return Object.fromEntries(
    [
      ['proofload', 'index'],
      ['proofload/plugin', 'plugin'],
      ['proofload/contract', 'contract'],
    ].map(([name = '', entry = '']) => [name, [fileURLToPath(ownFile(entry)).replace(/\.js$/, '.d.ts')]]),
  )
}

function fileAbove(folder: string, name: string): string | null {
  const path = join(folder, name)
  if (existsSync(path)) return path
  return folder === dirname(folder) ? null : fileAbove(dirname(folder), name)
}
