import type { Text } from '../../drivers/point.ts'

export type Level = 'ok' | 'warn' | 'bad'

/** One line of `doctor`: what was looked at, what is so, and what to do where it is not as it should be. */
export interface Finding {
  /** What was looked at, such as `port` or `disk`: for scripts. */
  readonly check: string
  readonly level: Level
  readonly what: Text
  /** null: nothing. */
  readonly todo: Text | null
}

const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
export const ok = (check: string, zh: string, en: string): Finding => ({
  ...{ check, level: 'ok', what: both(zh, en), todo: null },
})
/** What is so, and what to do, each in Chinese and English. */
export const finding = (
  check: string,
  level: 'warn' | 'bad',
  zh: string,
  en: string,
  todoZh: string,
  todoEn: string,
): Finding => ({ check, level, what: both(zh, en), todo: both(todoZh, todoEn) })

/** The exit code: 0 all is well, 1 something is worth a look, 2 something is wrong. */
export const exitCodeOf = (findings: readonly Finding[]): 0 | 1 | 2 =>
  findings.some(f => f.level === 'bad') ? 2 : findings.some(f => f.level === 'warn') ? 1 : 0

/** The language of a terminal by its environment, as gettext reads it. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): 'zh-CN' | 'en' {
  const said = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^zh/i.test(said) ? 'zh-CN' : 'en'
}

const LEVELS: Readonly<Record<Level, Text>> = {
  ok: both('正常', 'ok  '),
  warn: both('注意', 'warn'),
  bad: both('故障', 'bad '),
}
/** For a terminal: a line each, with what to do below it. */
export function shown(findings: readonly Finding[], language: 'zh-CN' | 'en'): string {
  const count = (level: Level) => findings.filter(f => f.level === level).length
  const [good, warn, bad] = [count('ok'), count('warn'), count('bad')]
  const lines = findings.flatMap(({ level, what, todo }) => [
    `[${LEVELS[level][language]}] ${what[language]}`,
    ...(todo ? [`       → ${todo[language]}`] : []),
  ])
  const sum = both(`${good} 项正常，${warn} 项须注意，${bad} 项故障`, `${good} ok, ${warn} to look at, ${bad} bad`)
  return [...lines, sum[language]].join('\n')
}
