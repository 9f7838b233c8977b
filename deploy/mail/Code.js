// Puts the reports that GoKwik mails into a Drive folder, before their links end. For Apps Script, as the
// account that gets the mails. Script properties:
//
//   FOLDER_ID   the folder: the last part of its address
//   SENDER      who the reports come from, as it stands in the mail: an address, or a domain
//   LINK_HOSTS  where the links lead; default amazonaws.com
//
// Run `install` once: it asks for permission, keeps what there is, and goes on every six hours.

/** Links end after seven days. */
const DAYS = 7;
const REPORT = /\.(csv|xlsx|zip|gz|txt|tsv)$/i;

function install() {
  for (const trigger of ScriptApp.getProjectTriggers()) ScriptApp.deleteTrigger(trigger);
  ScriptApp.newTrigger('keepReports').timeBased().everyHours(6).create();
  keepReports();
}

function keepReports() {
  const properties = PropertiesService.getScriptProperties();
  const [folderId, sender] = ['FOLDER_ID', 'SENDER'].map((name) => properties.getProperty(name));
  if (!folderId || !sender) throw new Error('Set the script properties FOLDER_ID and SENDER.');
  const hosts = (properties.getProperty('LINK_HOSTS') || 'amazonaws.com').split(',');
  const folder = DriveApp.getFolderById(folderId);
  const problems = [];
  for (const thread of GmailApp.search(`from:(${sender}) newer_than:${DAYS}d`)) {
    for (const message of thread.getMessages()) {
      if (isFrom(message, sender)) keepMessage(message, folder, hosts, problems);
    }
  }
  // Apps Script mails it to the account's owner; the next run tries again.
  if (problems.length > 0) throw new Error(`Not kept: ${problems.join('; ')}`);
}

/**
 * A thread may hold the mails of others.
 * @param {GoogleAppsScript.Gmail.GmailMessage} message
 * @param {string} sender
 */
function isFrom(message, sender) {
  const from = message
    .getFrom()
    .toLowerCase()
    .replace(/^.*<|>.*$/g, '');
  const wanted = sender.toLowerCase();
  return from === wanted || from.endsWith(`@${wanted}`) || from.endsWith(`.${wanted}`);
}

/**
 * @param {GoogleAppsScript.Gmail.GmailMessage} message
 * @param {GoogleAppsScript.Drive.Folder} folder
 * @param {string[]} hosts
 * @param {string[]} problems
 */
function keepMessage(message, folder, hosts, problems) {
  const when = message.getDate().toISOString().slice(0, 10);
  // By the message and the number of the file in it: a second run keeps nothing twice.
  const nameOf = (name, number) => `${when}-${message.getId()}-${number}-${name}`;
  const attachments = message.getAttachments().filter((file) => REPORT.test(file.getName()));
  attachments.forEach((file, at) => {
    const name = nameOf(file.getName(), at);
    if (!folder.getFilesByName(name).hasNext()) folder.createFile(file.copyBlob().setName(name));
  });
  linksOf(message.getBody(), hosts).forEach((link, at) => {
    const name = nameOf(fileOf(link), attachments.length + at);
    if (folder.getFilesByName(name).hasNext()) return;
    const problem = keepLink(link, name, folder);
    // Neither the address nor its signature is told.
    if (problem) problems.push(`link ${at + 1} of the mail of ${when} (${problem})`);
  });
}

/**
 * Links to reports, each once; a mail writes `&` as `&amp;`.
 * @param {string} html
 * @param {string[]} hosts
 */
function linksOf(html, hosts) {
  const links = (html.match(/https:\/\/[^\s"'<>]+/g) || []).map((link) =>
    link.replace(/&amp;/g, '&'),
  );
  const isOurs = (link) => {
    // Whatever else stands before the path (`\\`, `@`) some readers take for the end of the host.
    const [, host] = /^https:\/\/([a-z0-9.-]+)(?:[/?#]|$)/.exec(link.toLowerCase()) || ['', ''];
    return hosts.some((wanted) => host === wanted.trim() || host.endsWith(`.${wanted.trim()}`));
  };
  return [...new Set(links)].filter((link) => isOurs(link) && REPORT.test(fileOf(link)));
}

/** @param {string} link */
function fileOf(link) {
  const name = link.split(/[?#]/)[0].split('/').pop() || '';
  try {
    return decodeURIComponent(name);
  } catch (_) {
    return name;
  }
}

/**
 * What went wrong; nothing: it is kept.
 * @param {string} link
 * @param {string} name
 * @param {GoogleAppsScript.Drive.Folder} folder
 */
function keepLink(link, name, folder) {
  let answer;
  try {
    answer = UrlFetchApp.fetch(link, { muteHttpExceptions: true, followRedirects: false });
  } catch (_) {
    // What Google says of it quotes the address.
    return 'no answer, or more than 50 MB';
  }
  if (answer.getResponseCode() !== 200) return `HTTP ${answer.getResponseCode()}`;
  const blob = answer.getBlob();
  if (/html|xml/i.test(blob.getContentType() || '')) return 'a page, no report';
  folder.createFile(blob.setName(name));
  return '';
}
