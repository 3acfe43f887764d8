import { uniformAt } from '../../base/random.ts'

/** Words so common that the tokenizers of most models have each, with the blank before it, as one token. */
const WORDS = `
the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her
she there would their we him been has when who will no more if out so up said what its about than into them can only other time new
some could these two may first then do any like my now over such our man me even most made after also did many off before must well
back through years much where your way down should because long each just state those people too little world very year still see own
work men day get here old between both life being under three never know last another while us might great since against go came right
used take himself few house use place during high without again home around small however found part school every does got united left
number course war until always away something fact water though less public put think almost hand enough far took head yet government
system better set told nothing night end why called find going look asked later point knew next city business give group toward days
young let room side social given present several order second possible rather per face among form important often things looked early
white case large big need four within felt along children saw best church ever least power light thing seemed family interest want
members mind country area others done turned although open service certain kind problem began different door thus help sense means
whole matter`
  .trim()
  .split(/\s+/)

/** Returns text of that many words. The same seed, key and count give the same text. */
export function wordsOf(seed: number, key: number, count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) {
    const word = WORDS[Math.floor(uniformAt(seed, key, i) * WORDS.length)] as string
    text += i === 0 ? word : ` ${word}`
  }
  return text
}
