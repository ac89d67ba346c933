import { z } from 'zod'
import type { Text } from '../../drivers/point.ts'

/** What zod found, as a person would say it. Zod's own words mix the languages ("期望 number"). */

const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })

const kinds: Readonly<Record<string, Text>> = {
  string: both('文字', 'a text'),
  number: both('数字', 'a number'),
  int: both('整数', 'a whole number'),
  boolean: both('true 或 false', 'true or false'),
  array: both('列表 [ ]', 'a list [ ]'),
  tuple: both('列表 [ ]', 'a list [ ]'),
  object: both('对象 { }', 'an object { }'),
  record: both('对象 { }', 'an object { }'),
  null: both('null', 'null'),
}
const kindOf = (word: string): Text => kinds[word] ?? both(word, word)
const actual = (input: unknown): Text => kindOf(input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input)

export function issueText(issue: z.core.$ZodIssue): Text {
  switch (issue.code) {
    case 'invalid_type': {
      const want = kindOf(issue.expected)
      // The API leaves the input out of its issues: then nobody knows whether it was missing or of another kind.
      if (!('input' in issue)) return both(`应为${want['zh-CN']}。`, `It must be ${want.en}.`)
      if (issue.input === undefined)
        return both(`缺少此项，应为${want['zh-CN']}。`, `This is missing; it must be ${want.en}.`)
      const is = actual(issue.input)
      return both(`应为${want['zh-CN']}，不是${is['zh-CN']}。`, `It must be ${want.en}, not ${is.en}.`)
    }
    case 'too_big':
    case 'too_small': {
      const big = issue.code === 'too_big'
      const limit = String(big ? issue.maximum : issue.minimum)
      const unit = { string: both('个字', 'characters'), array: both('项', 'entries') }[issue.origin as string]
      if (unit)
        return both(
          `${big ? '最多' : '至少'} ${limit} ${unit['zh-CN']}。`,
          `It may have ${big ? 'at most' : 'no fewer than'} ${limit} ${unit.en}.`,
        )
      const open = issue.inclusive === false
      return both(
        `必须${big ? (open ? '小于' : '不大于') : open ? '大于' : '不小于'} ${limit}。`,
        `It must be ${big ? (open ? 'less than' : 'at most') : open ? 'more than' : 'at least'} ${limit}.`,
      )
    }
    case 'invalid_value': {
      const list = issue.values.map(String)
      return both(`只能是：${list.join('、')}。`, `It must be one of: ${list.join(', ')}.`)
    }
    case 'invalid_union': {
      const list = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : []
      return list.length > 0
        ? both(`只能是：${list.join('、')}。`, `It must be one of: ${list.join(', ')}.`)
        : both('不是允许的写法。', 'It has none of the forms that it may have.')
    }
    case 'unrecognized_keys':
      return both(`没有这些项：${issue.keys.join('、')}。`, `There are no such words here: ${issue.keys.join(', ')}.`)
    case 'invalid_format':
      if (issue.format === 'regex' && 'pattern' in issue && issue.pattern?.includes(':[0-5]'))
        return both(
          '应为时刻 hh:mm，例如 08:00；24:00 是当天结束。',
          'It must be a time as hh:mm, such as 08:00; 24:00 is the end of the day.',
        )
      return issue.format === 'regex'
        ? both(
            '只能用字母、数字和 - _ . 等符号，或格式不对。',
            'It may have letters, digits, and signs such as - _ . only, or it has not the right form.',
          )
        : both(`格式不对（${issue.format}）。`, `It is not a valid ${issue.format}.`)
    default:
      return both(said(z.locales.zhCN().localeError(issue as never)), said(z.locales.en().localeError(issue as never)))
  }
}

const said = (m: string | { message: string } | undefined | null): string =>
  typeof m === 'string' ? m : (m?.message ?? '')
