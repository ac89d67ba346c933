import i18next, { type ParseKeys } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { inText, plain } from '../format.ts'
import { en } from './en.ts'
import { type Texts, zhCN } from './zh-CN.ts'

export type { Texts }

export const langs = ['zh-CN', 'en'] as const
export type Lang = (typeof langs)[number]

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Texts }
  }
}

const tables: Record<Lang, Texts> = { 'zh-CN': zhCN, en }
const STORE = 'gatehouse.lang'

const first = (): Lang => {
  const kept = localStorage.getItem(STORE)
  if (kept === 'zh-CN' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export const lang = (): Lang => (i18next.language === 'en' ? 'en' : 'zh-CN')

/** Switches the words of every page in place; forms keep what was typed. */
export function setLang(next: Lang): void {
  localStorage.setItem(STORE, next)
  document.documentElement.lang = next
  void i18next.changeLanguage(next)
}

document.documentElement.lang = first()
/** The one form that a text asks for beside a hole: `{{n}} {{n, point|points}}`; numbers as they are written everywhere. */
const forms = {
  type: 'formatter' as const,
  init: () => {},
  add: () => {},
  addCached: () => {},
  format: (value: unknown, words?: string, lng?: string) => inText(value, words, lng === 'en' ? 'en' : 'zh-CN'),
}

void i18next
  .use(initReactI18next)
  .use(forms)
  .init({
    lng: first(),
    resources: { 'zh-CN': { translation: zhCN }, en: { translation: en } },
    interpolation: { escapeValue: false, alwaysFormat: true }, // React escapes
    initAsync: false,
  })

/** A text in both languages, by its key: what is found by name is found in either. */
export const inBoth = (key: ParseKeys): readonly string[] => langs.map(one => i18next.t(key, { lng: one }))

/** Words of the chosen language. `code` is for codes that the gateway may know and we not: then the code itself is shown. */
export function useText() {
  const { t } = useTranslation()
  const now = lang()
  return {
    t,
    lang: now,
    of: (text: { readonly 'zh-CN': string; readonly en: string }): string =>
      plain(text[now] || text[now === 'en' ? 'zh-CN' : 'en']),
    code: (
      list:
        | 'kind'
        | 'spaceUse'
        | 'unitState'
        | 'trailAction'
        | 'actor'
        | 'role'
        | 'trailKind'
        | 'severity'
        | 'siteSection'
        | 'siteWord'
        | 'way',
      code: string,
    ): string => {
      const words: Record<string, string> = tables[now][list]
      return Object.hasOwn(words, code) ? (words[code] ?? code) : plain(code)
    },
    /** What an entry of the trail says was done: the word for this kind of record, where it has one of its own. */
    done: ({ kind, action }: { readonly kind: string; readonly action: string }): string => {
      const words: Record<string, string> = tables[now].trailAction
      const key = [`${kind}/${action}`, action].find(one => Object.hasOwn(words, one))
      return key === undefined ? plain(action) : (words[key] ?? action)
    },
  }
}
