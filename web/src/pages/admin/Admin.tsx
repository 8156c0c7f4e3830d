// SPDX-License-Identifier: Apache-2.0
import { Route, Switch } from "wouter";
import { NotFoundPage } from "@/pages/NotFoundPage";
import styles from "./admin.module.css";
import { ContainersPage } from "./containers/ContainersPage";
import { NewContainerPage } from "./containers/NewContainerPage";
import { Navigation } from "./Navigation";
import { OperationPage } from "./operations/OperationPage";
import { OperationsPage } from "./operations/OperationsPage";
import { OverviewPage } from "./overview/OverviewPage";
import { LinkSourcePage } from "./sources/LinkSourcePage";
import { SourcePage } from "./sources/SourcePage";
import { SourcesPage } from "./sources/SourcesPage";
import { SpacePage } from "./space/SpacePage";
import { NewTemplatePage } from "./templates/NewTemplatePage";
import { NewVersionPage } from "./templates/NewVersionPage";
import { TemplatePage } from "./templates/TemplatePage";
import { TemplatesPage } from "./templates/TemplatesPage";
import { UsersPage } from "./users/UsersPage";

// Everything below /admin. Things are named by their ids in addresses: names may have any letters.
export default function Admin() {
  return (
    <div className={styles.layout}>
      <Navigation />
      <div className={styles.content}>
        <Switch>
          <Route path="/admin" component={OverviewPage} />
          <Route path="/admin/sources" component={SourcesPage} />
          <Route path="/admin/sources/link" component={LinkSourcePage} />
          <Route path="/admin/sources/:id">{({ id }) => <SourcePage key={id} id={id} />}</Route>
          <Route path="/admin/templates" component={TemplatesPage} />
          <Route path="/admin/templates/new" component={NewTemplatePage} />
          <Route path="/admin/templates/:id/version">
            {({ id }) => <NewVersionPage key={id} id={id} />}
          </Route>
          <Route path="/admin/templates/:id/:tab?">
            {({ id, tab }) => <TemplatePage key={id} id={id} tab={tab ?? "sources"} />}
          </Route>
          <Route path="/admin/containers" component={ContainersPage} />
          <Route path="/admin/containers/new" component={NewContainerPage} />
          <Route path="/admin/users" component={UsersPage} />
          <Route path="/admin/operations" component={OperationsPage} />
          <Route path="/admin/operations/:id">
            {({ id }) => <OperationPage key={id} id={id} />}
          </Route>
          <Route path="/admin/space/:holder?">
            {({ holder }) => <SpacePage holder={holder ?? "all"} />}
          </Route>
          <Route component={NotFoundPage} />
        </Switch>
      </div>
    </div>
  );
}
