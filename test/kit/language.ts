/** Finds comments and texts that a reader of the field would stumble over. */
import ts from 'typescript'

/** A place in a source, and the rule that it breaks. */
export interface LanguageProblem {
  readonly line: number
  readonly text: string
  readonly rule: string
}

/** An editor shows a doc comment alone, where a clause that only goes on from the code says nothing. */
const DANGLING = /^(?:Of|What|Whether|How|Where|That|When|Who|Whose|Why|Which)\b/
const HOUSE_WORDS: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bunless (?:said|given)\b/, 'write the default as `Default: 1m.`'],
  [/\blamps?\b/i, 'say status'],
  [/\bsureness\b/i, 'say confidence'],
  [/\bshelter/i, 'say what catches which errors'],
  [/\bcore wait\b/i, 'say CPU wait'],
  [/\blooks? before (?:the )?load\b/i, 'say preflight checks'],
  [/\bmend(?:s|ed|ing)?\b/i, 'say fix'],
  [
    /stop-the-line|\b(?:stop|free|release|hold)(?:s|ped|d|ing)? the line\b|\bthe line is (?:free|stopped|held|released)\b/i,
    'say deploy lock',
  ],
]
/** Shorter strings are keys, classes and names. */
const WORDS_MIN = 3

/** Returns the problems of one TypeScript source in the order of its lines. */
export function languageProblemsIn(source: string): LanguageProblem[] {
  return [...docCommentProblems(source), ...stringProblems(source)].sort((a, b) => a.line - b.line)
}

function docCommentProblems(source: string): LanguageProblem[] {
  return [...source.matchAll(/^[ \t]*\/\*\*([\s\S]*?)\*\//gm)].flatMap((comment) => {
    const text = (comment[1] ?? '').replace(/\s*\n\s*\*?\s*/g, ' ').trim()
    const rules = DANGLING.test(text) ? ['begin with a verb in the third person or a noun phrase'] : []
    return problemsOf([...rules, ...houseWordRules(text)], text, lineAt(source, comment.index))
  })
}

function stringProblems(source: string): LanguageProblem[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ES2022, true)
  const found: LanguageProblem[] = []
  const visit = (node: ts.Node): void => {
    const text = textOf(node)
    if (text.split(/\s+/).length >= WORDS_MIN)
      found.push(...problemsOf(houseWordRules(text), text, lineAt(source, node.getStart(file))))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Returns what people read of a string or template: without code, and without tags and their classes. */
function textOf(node: ts.Node): string {
  return literalsOf(node)
    .join('...')
    .replaceAll(/<[^>]*>/g, ' ')
    .trim()
}

function literalsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (!ts.isTemplateExpression(node)) return []
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
}

function houseWordRules(text: string): string[] {
  return HOUSE_WORDS.filter(([word]) => word.test(text)).map(([, instead]) => instead)
}

function problemsOf(rules: readonly string[], text: string, line: number): LanguageProblem[] {
  return rules.map((rule) => ({ line, text: text.slice(0, 100), rule }))
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length
}
