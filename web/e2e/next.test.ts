// SPDX-License-Identifier: Apache-2.0
// What ends well offers what is mostly done next.
import { Employees } from "./employees.ts";
import { scene } from "./scene.ts";

scene(
  "after an act the next one is a click away: to share, to copy the address, to take it back",
  "next",
  async ({ installation, come }) => {
    await installation.addContainer("next", { owner: "qa" });
    await installation.addContainer("next-dev", { owner: "dev" });
    const qa = await come({ user: "qa", path: "/containers/next" });
    await qa.seesContainer("next");
    const strip = qa.page.getByRole("region", { name: "Selected" });
    await qa.press("b");
    await qa.dialog.getByLabel("Name", { exact: true }).fill("a bug");
    await qa.press("Enter");
    await qa.sees("Bookmarked “a bug”.", strip);
    await qa.button("Close", strip).waitFor();
    await qa.state("bookmarked");
    // Nobody else could open it.
    if (await qa.button("Copy address").count()) throw new Error("an address of no use");

    const own = strip.locator("div").filter({ hasText: "Bookmarked" });
    await qa.button("Share", own).last().click();
    await qa.sees("Share “a bug”", qa.dialog);
    if (await qa.button(/Copy address/).count()) throw new Error("an address before sharing");
    await qa.button("Share", qa.dialog).click();
    await qa.sees("Shared.", strip);
    await qa.button("Copy address", strip).click();
    await qa.sees("Address copied.");
    await qa.state("shared");
    const { items } = await installation.server.get("/containers/next/bookmarks");
    const dev = await come({ user: "dev", path: `/b/${items[0].id}` });
    await dev.page.getByRole("heading", { level: 1, name: "a bug" }).waitFor();
    await dev.leave();

    const option = qa.timeline.getByRole("option", { name: /a bug/ });
    await option.click();
    await qa.button(/^More: rename/).click();
    await qa.page.getByRole("menuitem", { name: /^Delete/ }).click();
    await qa.button("Delete the bookmark", qa.dialog).click();
    await qa.sees(/^Deleted/, strip);
    await option.waitFor({ state: "detached" });
    await qa.state("deleted");
    const deleted = strip.locator("div").filter({ hasText: /^Deleted/ });
    await qa.button("Undo", deleted).last().click();
    await option.waitFor();
    await qa.keepsFocus("after taking it back");

    // A branch too.
    await installation.server.act("POST", "/containers/next/branches", {
      name: "spare",
      beside: true,
    });
    await qa.page.getByRole("tab", { name: /^Branches/ }).click();
    await qa.button("More for branch spare").click();
    await qa.page.getByRole("menuitem", { name: /^Delete/ }).click();
    await qa.button("Delete the branch", qa.dialog).click();
    await qa.sees(/^Deleted/, strip);
    await qa.page.getByRole("tab", { name: "Branches 1" }).waitFor();
    await qa.button("Undo", deleted).last().click();
    await qa.page.getByRole("tab", { name: "Branches 2" }).waitFor();
  },
);

scene(
  "whoever comes for the first time is told what the timeline is, once, and why what is grey is grey",
  "first-visit",
  async ({ installation, come }) => {
    const members = [{ user: "dev", role: "viewer" as const }];
    await installation.addContainer("first", { owner: "qa", members });
    const qa = await come({ user: "qa", path: "/containers/first", isFirst: true });
    await qa.seesContainer("first");
    await qa.sees(/^This line is the history of your data/);
    const reasons = qa.page.getByRole("list", { name: "Why some actions cannot be used" });
    await qa.sees("Restore:", reasons);
    await qa.sees(/You are here/, reasons);
    await qa.state("a first visit");
    await qa.button("Got it").click();
    await qa.page.reload();
    await qa.seesContainer("first");
    if (await qa.page.getByText(/^This line is the history/).count()) throw new Error("told again");

    const dev = await come({ user: "dev", path: "/containers/first" });
    await dev.seesContainer("first");
    await dev.sees(
      /You may look at this container, but not change it/,
      dev.page.getByRole("region", { name: "Selected" }),
    );
    await dev.page.getByRole("tab", { name: /^Branches/ }).click();
    await dev.sees(/but not change it/, dev.page.getByRole("tabpanel"));
    await dev.state("a viewer");
  },
);

scene(
  "beside Refresh it is said how fresh production's data is, and one's own",
  "freshness",
  async ({ installation, come }) => {
    const { server } = installation;
    await installation.addContainer("newest", { owner: "qa" });
    const qa = await come({ user: "qa", path: "/containers/newest" });
    await qa.seesContainer("newest");
    await qa.sees(/^Production: .*, which you have$/, qa.actions);
    const { items } = await server.get("/sources");
    for (const { id, name } of items)
      if (name.startsWith("employees.")) await server.act("POST", `/sources/${id}/sync`, {});
    await qa.page.reload();
    await qa.sees(/^Production: .*, you have /, qa.actions);
    await qa.state("older than production");
    await qa.action("Refresh from production").click();
    await qa.sees(/^You have the newest data of production/);
    await qa.sees(/^Production: .*, which you have$/, qa.actions);
    await qa.action("Undo").click();
    await qa.sees(/^Production: .*, you have /, qa.actions);
  },
);

scene(
  "on a branch beside everything is done as on the active one, and it keeps its address",
  "beside-now",
  async ({ installation, come }) => {
    const { server } = installation;
    await installation.addContainer("both", { owner: "qa" });
    await server.act("POST", "/containers/both/branches", { name: "aside", beside: true });
    const { items } = await server.get("/containers/both/branches");
    const aside = items.find((one: { name: string }) => one.name === "aside");
    const app = aside.endpoints.find((one: { connection: { url: string } | null }) =>
      one.connection?.url.startsWith("http"),
    );
    const employees = new Employees(app.connection.url);
    await employees.add("only aside");
    const qa = await come({ user: "qa", path: "/containers/both" });
    await qa.seesContainer("both");
    await qa.button(/^aside/).click();
    await qa.sees(/runs beside, at its own addresses/);
    await qa.press("b");
    await qa.sees("Bookmark the data of “aside” as it is now", qa.dialog);
    await qa.state("asked for a name");
    await qa.dialog.getByLabel("Name", { exact: true }).fill("of aside");
    await qa.press("Enter");
    await qa.sees("Bookmarked “of aside”.");
    await employees.add("later");

    await qa.rests();
    await qa.timeline.getByRole("option", { name: /^Bookmark “of aside”/ }).click();
    await qa.sees(/The data of “aside” goes back to “of aside”/);
    await qa.state("a bookmark of a branch beside");
    await qa.press("r");
    await qa.sees(/^Branch “aside” is back at “of aside”/);
    await employees.shows(
      "what was bookmarked",
      (names) => names.includes("only aside") && !names.includes("later"),
    );
    const strip = qa.page.getByRole("region", { name: "Selected" });
    await qa.rests();
    await qa.press("u");
    await qa.sees(/^Branch “aside” is back at .*before the restore/, strip);
    await employees.shows("what came later", (names) => names.includes("later"));
    const active = new Employees(await installation.application("both"));
    await active.shows("its own data", (names) => !names.includes("only aside"));

    await server.act("POST", "/containers/both/stop", { branch: "aside" });
    await qa.sees(/^stopped, so it has no address/);
    await qa.rests();
    await qa.timeline.getByRole("option", { name: /^Bookmark “of aside”/ }).click();
    await qa.press("r");
    await qa.sees(/^The data of “aside” is back at “of aside”.*; the branch is stopped/);
    await qa.state("a branch that is stopped");
    await server.act("POST", "/containers/both/start", { branch: "aside" });
    await employees.shows("what was bookmarked", (names) => !names.includes("later"));

    await qa.rests();
    await qa.press("n");
    await qa.dialog.getByLabel("Name", { exact: true }).fill("from aside");
    await qa.dialog.getByText("Run it beside").click();
    await qa.press("Enter");
    await qa.sees("Branch “from aside” is ready.");
  },
);

scene(
  "a bookmark says what is not in it, and an exact one has it all",
  "exact",
  async ({ installation, come }) => {
    await installation.addContainer("exact", { owner: "qa" });
    const employees = new Employees(await installation.application("exact"));
    const qa = await come({ user: "qa", path: "/containers/exact" });
    await qa.seesContainer("exact");
    const bookmark = async (name: string, isExact: boolean) => {
      await qa.rests();
      await qa.timeline.focus();
      await qa.press("End", "b");
      await qa.dialog.getByLabel("Name", { exact: true }).fill(name);
      if (isExact) {
        await qa.dialog.getByText("Note, tags, exactness, sharing, expiry").click();
        await qa.dialog.getByRole("checkbox", { name: "Exact" }).click();
      }
      await qa.button("Bookmark", qa.dialog).click();
      await qa.sees(`Bookmarked “${name}”.`);
      await qa.timeline.getByRole("option", { name: new RegExp(name) }).click();
      await qa.sees(`Bookmark “${name}”`, qa.selected);
    };
    await bookmark("as it runs", false);
    const strip = qa.page.getByRole("region", { name: "Selected" });
    await qa.sees("not all is in it", strip);
    await qa.sees(/^Not in it: .*\(db\)/, strip);
    await qa.state("what is not in it");
    await bookmark("all of it", true);
    await qa.sees("exact", strip);
    await employees.shows("its employees still", (names) => names.length === 12);
  },
);
