import { expect, it } from 'vitest'
import { easyPassword } from '../../rules/password/easy.ts'

const NAMES = ['gatehouse', '门房', 'demo-plaza', 'Demo Plaza', '示范广场', 'wang.wei']

/** What guessing programs try in their first minutes, each in the way that makes it easy [ASVS 5.0, 6.1.2 and 6.2.11]. */
const easy: readonly (readonly [why: string, ...passwords: string[]])[] = [
  [
    'a common word, and digits or a sign behind it',
    'password123',
    'Password2026!',
    'administrator',
    'welcome2026',
    'Summer-2026!',
  ],
  ['with signs for letters', 'p4ssw0rd123', 'P@$$w0rd2026', '4dm1n1str4t0r'],
  ['two common words', 'adminadmin', 'admin_password', 'i love you baby', 'sunshine flower'],
  [
    'rows and columns of the keyboard',
    'qwertyuiop',
    '1qaz2wsx3edc',
    'qazwsxedcrfv',
    'zxcvbnm,./',
    'poiuytrewq',
    'asdfghjkl123',
  ],
  ['two rows, a letter of each in turn', '1q2w3e4r5t', 'q1w2e3r4t5y6', 'a1b2c3d4e5'],
  ['the same again', 'aaaaaaaaaa', 'abababababab', 'xk7xk7xk7xk7', '123abc123abc'],
  [
    'digits alone: counted, a telephone, a birthday, an ID number but for its letter',
    '1234567890',
    '13800138000',
    '19991231123',
  ],
  ['what is typed everywhere here', 'woaini1314520', 'woaini5201314', 'wuye123456', 'guanliyuan888', 'menfang@2026'],
  [
    'the name of the product, the site or the person',
    'gatehouse2026',
    'demoplaza123',
    '示范广场示范广场2026',
    'wangwei1990',
    'Wang.Wei.1',
  ],
]
/** What people may well choose. */
const good: readonly string[] = [
  'measured and not guessed',
  'correct horse battery staple',
  'the password is in my head',
  '我每天早上在院子里喝一杯茶',
  'wo meitian zaoshang he yibei cha',
  'gk7-Qpz4wxe9',
  'j3qv8mtzra2k',
  'Three geese cross at 7',
]

it('a password that is tried first is refused, by why it is easy', () => {
  for (const [why, ...passwords] of easy)
    for (const password of passwords)
      expect([why, password, easyPassword(password, NAMES)]).toEqual([why, password, true])
})

it('what a person may well choose is taken; names count only where they are known', () => {
  expect(good.filter(password => easyPassword(password, NAMES))).toEqual([])
  expect(easyPassword('borealisborealis', [])).toBe(false)
  expect(easyPassword('borealis2026', ['Borealis Tower'])).toBe(true)
  expect(easyPassword('borealis2026', [])).toBe(false)
})

it('the longest that the form takes is decided at once', () => {
  const began = performance.now()
  for (let i = 0; i < 20; i++) easyPassword('x1y2'.repeat(50), NAMES)
  expect(performance.now() - began).toBeLessThan(2000)
})
