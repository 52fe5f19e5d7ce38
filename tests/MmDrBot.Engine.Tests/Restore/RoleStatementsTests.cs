using MmDrBot.Engine.Restore;

namespace MmDrBot.Engine.Tests.Restore;

public sealed class RoleStatementsTests
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
            RoleStatements.Find(script));
    }

    [Fact]
    public void Owners_are_found_and_what_only_looks_like_it_is_not()
    {
        const string script = """"
            CREATE FUNCTION public.f() RETURNS void
                LANGUAGE plpgsql
                AS $_$ begin
            -- it's odd; $1

            ALTER TABLE public.t OWNER TO thief;

            end $_$;


            ALTER FUNCTION public.f() OWNER TO "the ""owner""";
            CREATE TABLE public."x OWNER TO y" (a text DEFAULT 'b;
            ALTER TABLE t OWNER TO z;
            ');


            ALTER TABLE public."x OWNER TO y" OWNER TO mmuser;
            ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 1;
            """";

        Assert.Equal(
            [("ALTER FUNCTION public.f() OWNER TO \"the \"\"owner\"\"\"", "the \"owner\""), ("ALTER TABLE public.\"x OWNER TO y\" OWNER TO mmuser", "mmuser")],
            RoleStatements.FindOwners(script));
    }

    [Theory]
    [InlineData("3349; 0 0 ACL public TABLE t mmuser", true)]
    [InlineData("1702; 826 16414 DEFAULT ACL - DEFAULT PRIVILEGES FOR TABLES o", true)]
    [InlineData("3201; 3256 16413 POLICY public t p mmuser", true)]
    [InlineData("3350; 0 0 COMMENT - SCHEMA public mmuser", true)]
    [InlineData("3351; 0 0 COMMENT public POLICY p ON t mmuser", true)]
    [InlineData("3200; 0 16413 ROW SECURITY public t mmuser", false)]
    [InlineData("3352; 0 0 COMMENT public TABLE \"ACL \" mmuser", false)]
    [InlineData("215; 1259 16386 TABLE public acl mmuser", false)]
    public void Entries_about_roles_are_told_from_others(string line, bool isAboutRoles) => Assert.Equal(isAboutRoles, RoleStatements.IsEntry(line));
}
