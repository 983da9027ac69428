/**
 * Owns the language that the app speaks at the moment: in its menus, its tray and the page.
 * Refuses: remembering the choice, and loading the page again; who changes it does that.
 */
import { createTranslate, type TextKey, type TextValues, type Translate } from '../../shared/translate'
import type { Language, LanguageChoice } from '../../shared/languages'
import type { SpokenLanguage } from './spoken-language'

export class Speech {
  private translate: Translate

  constructor(private readonly spoken: SpokenLanguage) {
    this.translate = createTranslate(spoken.state().language)
  }

  /** @returns whether another language is spoken now */
  choose(choice: LanguageChoice): boolean {
    const isAnother = this.spoken.choose(choice)
    if (isAnother) this.translate = createTranslate(this.spoken.state().language)
    return isAnother
  }

  state(): { choice: LanguageChoice; language: Language } {
    return this.spoken.state()
  }

  /** The text of a key, in the language that is spoken when it is called. */
  readonly t: Translate = (key: TextKey, values?: TextValues) => this.translate(key, values)
}
