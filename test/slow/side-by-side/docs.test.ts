import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import * as assert from 'uvu/assert'
import { HarnessError } from '../../../harness/base/errors.ts'
import { targetScaffold } from '../../../harness/contract/scaffold.ts'
import { inWorkplace } from '../../kit/cli.ts'
import { CommandHere } from '../../kit/command-here.ts'
import { describe } from '../../kit/suite.ts'

const root = new URL('../../..', import.meta.url).pathname
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const blocks = (file: string, language: string) =>
  [...read(file).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code]) => code as string,
  )

const PAGES = readdirSync(join(root, 'docs')).map((file) => `docs/${file}`)
const DOCUMENTS = ['README.md', ...PAGES]

describe('The documentation', (test) => {
  test('has scenarios that resolve, in TypeScript and in YAML', () =>
    inWorkplace(async (place) => {
      const [ts, yaml] = [blocks('README.md', 'ts'), blocks('README.md', 'yaml')]
      assert.is(ts.length + yaml.length, 2)
      place.write('readme.ts', ts[0] ?? '')
      place.write('readme.yaml', yaml[0] ?? '')
      for (const file of ['readme.ts', 'readme.yaml']) {
        const { status, stdout, stderr } = await place.run('check', file)
        assert.is(status, 0, stderr)
        assert.match(stdout, 'valid')
      }
    }))

  test('has TypeScript that the compiler takes, as have the plugins that are begun', async () => {
    const folder = mkdtempSync(join(root, '.docs-'))
    try {
      const code = DOCUMENTS.flatMap((file) => blocks(file, 'ts'))
      assert.ok(code.length >= 4, `${code.length}`)
      for (const [i, block] of code.entries()) writeFileSync(join(folder, `block-${i}.ts`), block)
      for (const [file, text] of Object.entries(targetScaffold('my-proto')))
        writeFileSync(join(folder, file), text)
      const settings = {
        extends: '../tsconfig.json',
        compilerOptions: {
          paths: {
            proofload: ['../../../harness/index.ts'],
            'proofload/plugin': ['../../../harness/plugin.ts'],
            'proofload/contract': ['../../../harness/contract.ts'],
          },
          noEmit: true,
        },
        include: ['*.ts'],
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
      const compiler = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
      const { exitCode, all } = await execa(process.execPath, [compiler, '-p', folder], {
        all: true,
        reject: false,
      })
      assert.is(all, '')
      assert.is(exitCode, 0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('has scenarios in its pages that resolve', () =>
    inWorkplace(async (place) => {
      const scenarios = PAGES.flatMap((page) =>
        ['ts', 'json', 'yaml'].flatMap((language) =>
          blocks(page, language).map((code) => ({ page, language, code })),
        ),
      ).filter(
        ({ code }) =>
          /defineScenario\(|"journeys"|^name:[\s\S]*^journeys:/m.test(code) && !/^plugins:/m.test(code),
      )
      assert.ok(scenarios.length >= 3, `${scenarios.length}`)
      // A file that one of them sends.
      place.write('photo.jpg', 'a picture')
      for (const { page, language, code } of scenarios) {
        const { status, stderr } = await place.run('check', place.write(`page.${language}`, code))
        assert.is(status, 0, `${page}: ${stderr}`)
      }
    }))

  test('shows only commands and flags that exist', () =>
    inWorkplace(async (place) => {
      const code = DOCUMENTS.flatMap((file) => [...blocks(file, 'sh'), ...blocks(file, 'yaml')])
      const lines = code.flatMap((block) => block.split('\n'))
      const shown = lines.flatMap(
        (line) => /^(?:- )?(?:run: )?npx proofload (.*)$/.exec(line.trim())?.[1] ?? [],
      )
      assert.ok(shown.length >= 8, `${shown.length}`)
      const known = new Map<string, ReturnType<typeof place.run>>()
      const helpOf = (...command: string[]) => {
        const help = known.get(command.join(' ')) ?? place.run(...command, '--help')
        known.set(command.join(' '), help)
        return help
      }
      for (const line of shown) {
        const [command = '', subCommand = ''] = line.split(' ')
        const help = await helpOf(command)
        const isGroup = /^Commands:/m.test(help.stdout)
        const { status, stdout, stderr } = isGroup ? await helpOf(command, subCommand) : help
        assert.is(status, 0, `${line}: ${stderr}`)
        for (const flag of line.match(/ --[a-z-]+/g) ?? []) assert.match(stdout, flag.trim(), line)
      }
    }))

  test('shows only commands that exist', () =>
    inWorkplace(async (place) => {
      const { stdout } = await place.run('--help')
      const named = new Set(
        [...read('README.md').matchAll(/(?:npx |`)proofload ([a-z]+)\b/g)].map(
          ([, command]) => command as string,
        ),
      )
      assert.ok(named.size >= 8)
      for (const command of named) assert.match(stdout, `  ${command}`)
    }))

  test('names every folder of the harness, and no other', () => {
    const folders = readdirSync(join(root, 'harness'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    const named = [
      ...new Set(
        [...read('ARCHITECTURE.md').matchAll(/\|\s+\d \|(.*?)\|/g)].flatMap(([, cell]) =>
          [...(cell ?? '').matchAll(/`([a-z]+)\/`/g)].map(([, name]) => name as string),
        ),
      ),
    ]
    assert.equal(named.sort(), folders.sort())
  })

  test('points only at files that exist', () => {
    const files = [...read('ARCHITECTURE.md').matchAll(/`((?:[a-z-]+\/)+[a-z-]+\.ts)`/g)].map(
      ([, file]) => file as string,
    )
    assert.ok(files.length > 10)
    for (const file of files)
      assert.ok(existsSync(join(root, /^(harness|test)\//.test(file) ? file : `harness/${file}`)), file)
  })
})

describe('The shipped scenarios', (test) => {
  for (const file of readdirSync(join(root, 'scenarios')).filter((name) => name.endsWith('.ts'))) {
    test(`${file} resolves, also against a URL, to the same plan for the same seed`, () =>
      inWorkplace(async (place) => {
        const dryRun = async (...more: string[]) => {
          const { status, stdout, stderr } = await place.run(
            'run',
            join(root, 'scenarios', file),
            '--dry-run',
            '--json',
            '--seed',
            '7',
            ...more,
          )
          assert.is(status, 0, stderr)
          return JSON.parse(stdout) as { planHash: string; shares: { sumIsThePlan: boolean } }
        }
        const one = await dryRun('--threads', '1')
        for (const threads of ['2', '4']) {
          const more = await dryRun('--threads', threads, '--target', 'http://127.0.0.1:9')
          assert.is(more.planHash, one.planHash)
          assert.ok(more.shares.sumIsThePlan)
        }
      }))
  }
})

describe('The shipped qualification', (test) => {
  test('is possible', async () => {
    const { status, stdout, stderr } = await new CommandHere(
      ['qualify', 'scenarios/qualification.yaml', '--check'],
      root,
    ).ended
    assert.is(status, 0, stderr)
    assert.match(stdout, '3 stages, 7 activities')
  })
})

describe('The examples of targets', (test) => {
  for (const file of readdirSync(join(root, 'scenarios', 'examples')).filter((name) =>
    /\.(ts|yaml)$/.test(name),
  ))
    test(`${file} resolves`, () =>
      inWorkplace(async (place) => {
        const { status, stdout, stderr } = await place.run('check', join(root, 'scenarios', 'examples', file))
        assert.is(status, 0, stderr)
        assert.match(stdout, 'valid')
      }))
})

describe('The tree', (test) => {
  const sources = readdirSync(join(root, 'harness'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )

  test('holds no leftovers', () => {
    for (const file of sources)
      assert.not.match(read(`harness/${file}`), /\b(FIXME|XXX|HACK)\b|not implemented/, file)
  })

  test('reads chance and time in one place each', () => {
    for (const file of sources.filter((name) => name !== 'base/random.ts' && name !== 'base/clock.ts')) {
      assert.not.match(read(`harness/${file}`), /Math\.random|Date\.now/, file)
    }
  })

  test('has no identifier that says nothing', () => {
    const banned =
      /\b(?:function|const|class|interface|type) (?:handle|manage|helper|util|misc|doStuff)\w*\b/i
    for (const file of sources) assert.not.match(read(`harness/${file}`), banned, file)
  })

  test('fails with exit statuses of the design', () => {
    assert.equal(
      [
        new HarnessError('USAGE', '').exitCode,
        new HarnessError('PREFLIGHT_BLOCKED', '').exitCode,
        new HarnessError('INTERNAL', '').exitCode,
      ],
      [2, 4, 70],
    )
  })
})
