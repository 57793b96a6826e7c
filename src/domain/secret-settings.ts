/** Passwords and keys of stations, of their mobile network and VPN, and makers' own words for such. */
const SECRET = /password|authorizationkey|vpnkey|simpin/i;

/**
 * What a setting is called without where it stands: `BasicAuthPassword` of
 * `NetworkConfiguration[1]@1/2.BasicAuthPassword[a.b] (Target)`, and a key of 1.6 as it is.
 */
export const settingWord = (name: string): string =>
  name
    .replace(/\[[^\]]*\]/g, "")
    .replace(/^.*\./s, "")
    .replace(/@.*$/s, "")
    .replace(/\(.*$/s, "")
    .trim();

/** Whether a setting's value is one that nobody is to see, whatever its component, instance, EVSE and case. */
export const isSecretSetting = (name: string): boolean => SECRET.test(settingWord(name));

/** Whether a secret might stand in a text that cannot be read. */
export const namesSecret = (text: string): boolean => SECRET.test(text);
