import js from '@eslint/js'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import { readdirSync } from 'node:fs'
import tseslint from 'typescript-eslint'

// Imports flow shared → features → app. Features never import each other; they
// meet in app only. The one piece of app that everybody may use is
// app/session: who is signed in and which project is open.
const appExceptSession = { regex: '^@/app/(?!session$)', message: 'Only app/session may be used outside app.' }
const climbing = { regex: '^(\\.\\./){2,}', message: 'Use the @/ alias instead of climbing.' }

const features = readdirSync(new URL('./src/features', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

const featureRules = features.map((name) => ({
  files: [`src/features/${name}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        appExceptSession,
        { regex: `^@/features/(?!${name}(/|$))`, message: 'Features never import each other.' },
        { regex: '^(\\.\\./){3,}', message: 'Use the @/ alias instead of climbing.' },
      ],
    }],
  },
}))

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  jsxA11y.flatConfigs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      // Focus is moved on purpose: into a dialog, a search, the first field of sign-in.
      'jsx-a11y/no-autofocus': 'off',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/{api,charts,components,i18n,lib,query}/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          appExceptSession,
          { regex: '^@/features/', message: 'Shared parts know no feature.' },
          climbing,
        ],
      }],
    },
  },
  ...featureRules,
  {
    files: ['scripts/**/*.mjs', 'eslint.config.js'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-console': 'off' },
  },
)
