/**
 * Owns starting the app anew once this process is gone. Refuses: ending it.
 */
import { app } from 'electron'
import { ownAppImage } from '../updates/app-image'

/**
 * Has the app started when this process ends. An AppImage is started by its own name: the program that runs lies in a folder that goes with it.
 * @param args the words behind the program; those of this start where they are left out
 */
export const relaunch = (args?: string[]): void => {
  const image = ownAppImage()
  app.relaunch({ ...(args === undefined ? {} : { args }), ...(image === null ? {} : { execPath: image }) })
}
