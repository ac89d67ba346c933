/** What a browser calls itself, in two names that people know; null: none of those. */
export function deviceOf(agent: string): { readonly browser: string; readonly system: string } | null {
  const first = (names: readonly (readonly [RegExp, string])[]) => names.find(([word]) => word.test(agent))?.[1]
  // Most call themselves by the names of others as well: the one that says more comes first.
  const browser = first([
    [/MicroMessenger\//, 'WeChat'],
    [/Edg(A|iOS)?\//, 'Edge'],
    [/HuaweiBrowser\//, 'Huawei Browser'],
    [/MiuiBrowser\//, 'Mi Browser'],
    [/QQBrowser\//, 'QQ Browser'],
    [/(Firefox|FxiOS)\//, 'Firefox'],
    [/(HeadlessChrome|Chrome|CriOS)\//, 'Chrome'],
    [/Version\/[\d.]+ .*Safari\//, 'Safari'],
  ])
  const system = first([
    [/HarmonyOS/, 'HarmonyOS'],
    [/Android/, 'Android'],
    [/iPhone/, 'iPhone'],
    [/iPad/, 'iPad'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/CrOS/, 'ChromeOS'],
    [/Linux/, 'Linux'],
  ])
  return browser && system ? { browser, system } : null
}
