using MmDrBot.Engine.Restore;

namespace MmDrBot.Engine.Tests.Restore;

public sealed class GrantStatementsTests
{
    [Fact]
    public void Statements_are_told_apart_whatever_names_hold()
    {
        const string script = """"
            --
            -- PostgreSQL database dump; with a semicolon
            --
            \restrict abc
            SET statement_timeout = 0;
            SELECT pg_catalog.set_config('search_path', '', false);

            --
            -- Name: TABLE t; Type: ACL
            --

            GRANT SELECT ON TABLE public."a;b -- ""c""" TO "x;
            DROP y";
            SET SESSION AUTHORIZATION z;
            REVOKE ALL ON TABLE public.t FROM PUBLIC;
            RESET SESSION AUTHORIZATION;
            ALTER DEFAULT PRIVILEGES FOR ROLE o GRANT SELECT ON TABLES  TO r;
            \unrestrict abc
            """";

        Assert.Equal(
            ["GRANT SELECT ON TABLE public.\"a;b -- \"\"c\"\"\" TO \"x;\nDROP y\"", "SET SESSION AUTHORIZATION z", "REVOKE ALL ON TABLE public.t FROM PUBLIC", "RESET SESSION AUTHORIZATION", "ALTER DEFAULT PRIVILEGES FOR ROLE o GRANT SELECT ON TABLES  TO r"],
            GrantStatements.Find(script));
    }
}
